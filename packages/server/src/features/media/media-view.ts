/** A medium as those who may see it are told of it. */
import type { Media } from "@pipit/protocol/models/media";
import type { Context } from "../../context.ts";
import type { MediaRow } from "./media-store.ts";

export function toMedia(ctx: Pick<Context, "links" | "actor">, row: MediaRow): Media {
  const thumbnailUrl = ctx.links.thumbnail(row);
  const signed = ctx.links.signed(row, ctx.actor);
  return {
    id: row.id,
    url: ctx.links.file(row.id),
    ...given({ thumbnailUrl }),
    kind: row.kind,
    type: row.mime_type,
    size: row.size,
    fileName: row.file_name,
    ...given({
      width: row.width,
      height: row.height,
      duration: row.duration,
      orientation: row.orientation,
      thumbhash: row.thumbhash,
      waveform: row.waveform,
    }),
    status: row.is_pending ? "pending" : "ready",
    createdAt: row.created_at.toISOString(),
    signedUrl: signed.file,
    ...given({ signedThumbnailUrl: signed.thumbnail }),
    signedUntil: signed.until.toISOString(),
  };
}

type Given<Fields> = { [Name in keyof Fields]?: NonNullable<Fields[Name]> };

/** The fields that have a value. */
function given<Fields extends object>(fields: Fields): Given<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  ) as Given<Fields>;
}
