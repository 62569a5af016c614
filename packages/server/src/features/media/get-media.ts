/** A medium, for those who may see it. */
import { AppError } from "../../app-error.ts";
import type { Context, Handler, Reader, Services } from "../../context.ts";
import { isCarriedInPast } from "../departures/departures-access.ts";
import { parseUploadId } from "./media-keys.ts";
import { findReadyMedia, findVisibleMedia, type MediaRow } from "./media-store.ts";
import { toMedia } from "./media-view.ts";

type Viewer = { tenantId: string; userId: string };

export const getMedia: Handler<"media.get"> = async (ctx, input) =>
  toMedia(ctx, await accessMediaAs(ctx, ctx.actor, input.uploadId));

/** The medium, if the caller uploaded it or can see a message that carries it. @throws {AppError} `not_found` (G9) */
export async function accessMedia({ db, actor }: Context, id: string): Promise<MediaRow> {
  const uploadId = parseUploadId(id);
  return requireFound(uploadId === undefined ? undefined : await findVisibleMedia(db, actor, uploadId));
}

/** The same for a viewer who only looks: also if they could see such a message when they left its room (F1). */
export async function accessMediaAs({ db }: Pick<Services, "db">, viewer: Viewer, id: string): Promise<MediaRow> {
  const uploadId = parseUploadId(id);
  if (uploadId === undefined) return requireFound(undefined);
  return requireFound((await findVisibleMedia(db, viewer, uploadId)) ?? (await findPastMedia(db, viewer, uploadId)));
}

async function findPastMedia(db: Reader, viewer: Viewer, uploadId: string): Promise<MediaRow | undefined> {
  if (!(await isCarriedInPast(db, viewer, uploadId))) return undefined;
  const [row] = await findReadyMedia(db, [uploadId]);
  return row;
}

function requireFound(row: MediaRow | undefined): MediaRow {
  if (!row) throw new AppError("not_found", { message: "There is no such medium." });
  return row;
}
