/** A medium, for those who may see it. */
import { AppError } from "../../app-error.ts";
import type { Context, Handler, Services } from "../../context.ts";
import { parseUploadId } from "./media-keys.ts";
import { findVisibleMedia, type MediaRow } from "./media-store.ts";
import { toMedia } from "./media-view.ts";

export const getMedia: Handler<"media.get"> = async (ctx, input) =>
  toMedia(ctx, await accessMedia(ctx, input.uploadId));

/** The medium, if the caller uploaded it or may see a message that carries it. @throws {AppError} `not_found` (G9) */
export function accessMedia(ctx: Context, id: string): Promise<MediaRow> {
  return accessMediaAs(ctx, ctx.actor, id);
}

/** The same for a viewer. @throws {AppError} `not_found` */
export async function accessMediaAs(
  { db }: Pick<Services, "db">,
  viewer: { tenantId: string; userId: string },
  id: string,
): Promise<MediaRow> {
  const uploadId = parseUploadId(id);
  const row = uploadId === undefined ? undefined : await findVisibleMedia(db, viewer, uploadId);
  if (!row) throw new AppError("not_found", { message: "There is no such medium." });
  return row;
}
