/** Has an upload looked through, and moves it to where no upload address leads. */
import { stat } from "node:fs/promises";
import { AppError } from "../../app-error.ts";
import type { Context } from "../../context.ts";
import { transact } from "../../db/transact.ts";
import { addJob } from "../../jobs/add-job.ts";
import type { Inspection } from "../../media/media-processor.ts";
import type { StoredObject } from "../../ports/media-store/media-store.ts";
import { toFileName } from "./file-name.ts";
import { newObjectKey, toFolder } from "./media-keys.ts";
import { withFolder } from "./media-parts.ts";
import { findMedia, type Kept, type MediaRow, saveKept } from "./media-store.ts";
import { requireSize } from "./upload-access.ts";
import { addUsage } from "./usage-store.ts";

/**
 * The medium that an upload becomes. The bytes that are kept are those that were looked at, whatever is uploaded meanwhile.
 * @throws {AppError} `unsupported_type`, `too_large` or `conflict` when it is not what was promised
 */
export async function keepUpload(ctx: Context, upload: MediaRow): Promise<MediaRow> {
  const medium = await ctx.media.store.withLocalFile(upload.file_key, (path, object) =>
    keepFile(ctx, upload, path, object),
  );
  if (!medium) return findWinner(ctx, upload.id, "The file is no longer there.");
  await clearAway(ctx, upload.file_key);
  return medium;
}

function keepFile(ctx: Context, upload: MediaRow, path: string, object: StoredObject): Promise<MediaRow> {
  requireSize(upload, object.size);
  return withFolder(ctx.media.tempDir, async (folder) => {
    const inspection = await ctx.media.processor.inspect(path, upload.mime_type, folder);
    const kept = await toKept(ctx, upload, inspection, object);
    try {
      await storeFiles(ctx, upload, kept, inspection, object);
    } catch (error) {
      await dropFiles(ctx, kept);
      throw error;
    }
    // When this fails, nothing is dropped: the commit may have come through all the same.
    return save(ctx, upload, kept, inspection);
  });
}

async function toKept(ctx: Context, upload: MediaRow, inspection: Inspection, object: StoredObject): Promise<Kept> {
  const { cleanedPath, posterPath, mimeType } = inspection;
  const folder = toFolder(upload.tenant_id, upload.id);
  return {
    objectKey: newObjectKey(folder, "original"),
    posterKey: posterPath === null ? null : newObjectKey(folder, "poster"),
    size: cleanedPath === null ? object.size : (await stat(cleanedPath)).size,
    fileName: toFileName(upload.file_name, mimeType),
    isPending: ctx.media.scanner !== undefined,
  };
}

async function storeFiles(
  ctx: Context,
  upload: MediaRow,
  kept: Kept,
  { cleanedPath, posterPath, mimeType }: Inspection,
  object: StoredObject,
): Promise<void> {
  const { store } = ctx.media;
  if (cleanedPath !== null) await store.writeFile(kept.objectKey, cleanedPath, mimeType);
  else if (!(await store.copy(upload.file_key, kept.objectKey, object.etag, mimeType))) {
    throw new AppError("conflict", { message: "The file was changed while it was being looked at." });
  }
  if (kept.posterKey !== null && posterPath !== null) await store.writeFile(kept.posterKey, posterPath, "image/jpeg");
}

async function save(ctx: Context, upload: MediaRow, kept: Kept, inspection: Inspection): Promise<MediaRow> {
  const saved = await transact(ctx, async (tx) => {
    const row = await saveKept(tx, upload.id, kept, inspection, ctx.clock.now());
    if (!row) return undefined;
    if (kept.isPending) await addJob(tx, ctx.clock, { kind: "media.scan", payload: { uploadId: row.id }, key: row.id });
    await addUsage(tx, { tenantId: row.tenant_id, userId: row.owner_id }, kept.size - upload.size);
    return row;
  });
  if (!saved) {
    await dropFiles(ctx, kept);
    return findWinner(ctx, upload.id, "The upload was changed meanwhile.");
  }
  if (kept.isPending) ctx.jobs.wake();
  if (upload.resume_handle !== null) await abandonPieces(ctx, upload, upload.resume_handle);
  return saved;
}

// It came in one piece after all, or the pieces have been put together.
async function abandonPieces(ctx: Context, upload: MediaRow, handle: string): Promise<void> {
  try {
    await ctx.media.store.resumable.abort(upload.file_key, handle);
  } catch (error) {
    ctx.log.warn({ err: error, upload_id: upload.id }, "pieces that are not needed any more could not be cleared away");
  }
}

// What is left behind here, and what a process leaves that ends in between, the sweep finds.
async function dropFiles(ctx: Context, kept: Kept): Promise<void> {
  for (const key of [kept.objectKey, kept.posterKey]) {
    if (key !== null) await clearAway(ctx, key);
  }
}

/**
 * What another node made of an upload that this one was asked to confirm as well.
 * @throws {AppError} `conflict` if nothing was made of it, `gone` if it was given up
 */
export async function findWinner(ctx: Context, id: string, otherwise: string): Promise<MediaRow> {
  const row = await findMedia(ctx.db, id);
  if (row?.state === "ready") return row;
  if (row?.state === "requested") throw new AppError("conflict", { message: otherwise });
  throw new AppError("gone", { message: "The upload was given up meanwhile." });
}

async function clearAway(ctx: Context, key: string): Promise<void> {
  try {
    await ctx.media.store.remove(key);
  } catch (error) {
    ctx.log.warn({ err: error }, "an object that is not needed any more could not be cleared away");
  }
}
