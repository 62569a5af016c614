/** Looks at what was uploaded, and keeps it if it is what was promised. */
import { toMediaType } from "@pipit/protocol/media-types";
import type { Input } from "@pipit/protocol/operations";
import { AppError } from "../../app-error.ts";
import type { Context, Handler } from "../../context.ts";
import { transact } from "../../db/transact.ts";
import type { StoredObject } from "../../ports/media-store/media-store.ts";
import { findWinner, keepUpload } from "./keep-upload.ts";
import { findMedia, type MediaRow } from "./media-store.ts";
import { toMedia } from "./media-view.ts";
import { releaseMedia } from "./release-media.ts";
import { accessUpload, requireNotGivenUp, requireSize, toPromise } from "./upload-access.ts";

export const confirmUpload: Handler<"media.confirmUpload"> = async (ctx, input) => {
  const upload = await accessUpload(ctx, input.fileKey);
  requireNotGivenUp(upload);
  const isKept = upload.state === "ready";
  const medium = isKept ? upload : await ctx.media.confirming(upload.id, () => confirm(ctx, upload, input));
  return { ...toMedia(ctx, medium), fileKey: upload.file_key };
};

async function confirm(ctx: Context, upload: MediaRow, input: Input<"media.confirmUpload">): Promise<MediaRow> {
  const object = await findArrived(ctx, upload);
  if (!object) return findWinner(ctx, upload.id, "The file has not been uploaded, or not all of it.");
  try {
    requireAsPromised(upload, input);
    requireSize(upload, object.size);
    return await keepUpload(ctx, upload);
  } catch (error) {
    if (!isLie(error)) throw error;
    // Another node may have kept it meanwhile: then that is the result.
    const present = await findMedia(ctx.db, upload.id);
    if (present?.state === "ready") return present;
    await transact(ctx, (tx) => releaseMedia(ctx, tx, upload.id, ["requested"]));
    ctx.jobs.wake();
    throw error;
  }
}

const lies = new Set(["unsupported_type", "too_large", "conflict"]);

function isLie(error: unknown): boolean {
  return error instanceof AppError && lies.has(error.code);
}

// An upload that has not come, or not wholly, may still come.
async function findArrived(ctx: Context, upload: MediaRow): Promise<StoredObject | undefined> {
  const { store } = ctx.media;
  const object = await store.stat(upload.file_key);
  if (object || upload.resume_handle === null) return object;
  await store.resumable.finish(upload.file_key, upload.resume_handle, toPromise(ctx, upload));
  return store.stat(upload.file_key);
}

function requireAsPromised(upload: MediaRow, claim: Input<"media.confirmUpload">): void {
  if (toMediaType(claim.fileType) !== toMediaType(upload.content_type)) {
    throw new AppError("unsupported_type", { message: "The upload was promised to be of another type." });
  }
  requireSize(upload, claim.fileSize);
}
