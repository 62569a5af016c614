/** Removes one's own medium from wherever it was sent to. */
import { AppError } from "../../app-error.ts";
import type { Handler } from "../../context.ts";
import { transact } from "../../db/transact.ts";
import { accessMedia } from "./get-media.ts";
import { releaseMedia } from "./release-media.ts";

export const deleteMedia: Handler<"media.delete"> = async (ctx, input) => {
  const medium = await accessMedia(ctx, input.uploadId);
  if (medium.owner_id !== ctx.actor.userId) {
    throw new AppError("forbidden", { message: "Only its uploader may remove a medium." });
  }
  await transact(ctx, (tx) => releaseMedia(ctx, tx, medium.id, ["ready"]));
  ctx.jobs.wake();
  return { id: medium.id };
};
