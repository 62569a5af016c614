/** What other parts may ask of media: the medium that a message may carry or carries, and what became of it. */

import type { MediaKind } from "@pipit/protocol/media-types";
import type { MessageMedia } from "@pipit/protocol/models/media";
import { AppError } from "../../app-error.ts";
import type { Context, Source } from "../../context.ts";
import { parseUploadId } from "./media-keys.ts";
import type { MediaLinks } from "./media-links.ts";
import { findMedia, findReadyMedia, type MediaRow } from "./media-store.ts";

export { dropUse } from "./release-media.ts";

/** What a message shows of the medium that it carries. */
export type CarriedMedia = Pick<
  MediaRow,
  | "id"
  | "kind"
  | "mime_type"
  | "size"
  | "file_name"
  | "width"
  | "height"
  | "duration"
  | "thumbhash"
  | "waveform"
  | "is_pending"
>;

/** The media that messages carry, by id; those that have been removed are missing. */
export async function findCarriedMedia(source: Source, ids: readonly string[]): Promise<Map<string, MessageMedia>> {
  const rows = await findReadyMedia(source.db, [...new Set(ids)]);
  return new Map(rows.map((row) => [row.id, toMessageMedia(source.links, row)]));
}

/**
 * The kind of a medium of the caller's own; undefined for one that is gone or was never theirs, which look alike (G9).
 * @throws {AppError} `not_found` for what can't be one, `conflict` for an upload that they have not confirmed
 */
export async function findOwnMedia(ctx: Context, id: string): Promise<MediaKind | undefined> {
  const uploadId = parseUploadId(id);
  if (uploadId === undefined) throw new AppError("not_found", { message: "There is no such medium." });
  const row = await findMedia(ctx.db, uploadId);
  if (row?.owner_id !== ctx.actor.userId || row.tenant_id !== ctx.actor.tenantId) return undefined;
  if (row.state === "requested") throw new AppError("conflict", { message: "The upload has not been confirmed." });
  return row.state === "ready" ? row.kind : undefined;
}

export function toMessageMedia(links: MediaLinks, medium: CarriedMedia): MessageMedia {
  return {
    upload_id: medium.id,
    url: links.file(medium.id),
    thumbnail_url: links.thumbnail(medium) ?? null,
    mime_type: medium.mime_type,
    size: medium.size,
    file_name: medium.file_name,
    width: medium.width,
    height: medium.height,
    duration: medium.duration,
    thumbhash: medium.thumbhash,
    waveform: medium.waveform,
    status: medium.is_pending ? "pending" : "ready",
  };
}
