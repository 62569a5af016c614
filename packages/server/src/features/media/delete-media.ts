/** Removes one's own medium from wherever it was sent to, and gives up one's own upload before it became one. */
import { AppError } from "../../app-error.ts";
import type { Context, Handler } from "../../context.ts";
import { transact } from "../../db/transact.ts";
import { accessMedia } from "./get-media.ts";
import { parseUploadId } from "./media-keys.ts";
import { findMedia } from "./media-store.ts";
import { releaseMedia } from "./release-media.ts";

export const deleteMedia: Handler<"media.delete"> = async (ctx, input) => {
  const id = (await findOwnUpload(ctx, input.uploadId)) ?? (await accessOwnMedia(ctx, input.uploadId));
  // Also when it has been confirmed meanwhile.
  await transact(ctx, (tx) => releaseMedia(ctx, tx, id, ["requested", "ready"]));
  ctx.jobs.wake();
  return { id };
};

/** Of an upload nobody else knows: for them it is not there (G9). */
async function findOwnUpload({ db, actor }: Context, given: string): Promise<string | undefined> {
  const id = parseUploadId(given);
  const row = id === undefined ? undefined : await findMedia(db, id);
  const isOwn = row?.tenant_id === actor.tenantId && row.owner_id === actor.userId;
  return isOwn && row.state === "requested" ? row.id : undefined;
}

async function accessOwnMedia(ctx: Context, id: string): Promise<string> {
  const medium = await accessMedia(ctx, id);
  if (medium.owner_id === ctx.actor.userId) return medium.id;
  throw new AppError("forbidden", { message: "Only its uploader may remove a medium." });
}
