/** The medium that a client wants to send along, by its upload id or by its address. */
import type { MediaKind } from "@pipit/protocol/media-types";
import type { Input } from "@pipit/protocol/operations";
import { AppError } from "../../app-error.ts";
import type { Context } from "../../context.ts";
import { findOwnMedia } from "../media/media-access.ts";

/** `kind` is missing when the caller has no such medium now: they may have had, and this be a retry (G3). */
export type GivenMedium = { id: string; kind: MediaKind | undefined };

type Given = Pick<Input<"messages.send">, "upload_id" | "file_url">;

/** Whether a client wants to send a medium along. */
export function carriesMedium({ upload_id, file_url }: Given): boolean {
  return Boolean(upload_id) || Boolean(file_url);
}

/** @throws {AppError} `invalid_request`, `not_found`, or `conflict` for an upload of their own that is not confirmed */
export async function findGivenMedium(ctx: Context, input: Given): Promise<GivenMedium> {
  const id = toUploadId(ctx, input);
  return { id, kind: await findOwnMedia(ctx, id) };
}

function toUploadId(ctx: Context, { upload_id, file_url }: Given): string {
  if (!file_url) return upload_id ?? "";
  const linked = ctx.links.find(file_url);
  if (linked === undefined) throw invalid("file_url", "must be the address of a medium, as confirming it gave it");
  if (upload_id && upload_id !== linked) throw invalid("upload_id", "is not the medium of file_url");
  return linked;
}

function invalid(path: string, message: string): AppError {
  return new AppError("invalid_request", { details: [{ path, message }] });
}
