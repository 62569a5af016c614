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
  if (!medium) throw new AppError("unavailable", { message: "The upload was not to be found.", retryAfterSeconds: 1 });
  await removeIncoming(ctx, upload);
  return medium;
}

function keepFile(ctx: Context, upload: MediaRow, path: string, object: StoredObject): Promise<MediaRow> {
  requireSize(upload, object.size);
  return withFolder(ctx.media.tempDir, async (folder) => {
    const inspection = await ctx.media.processor.inspect(path, upload.mime_type, folder);
    const kept = await storeFiles(ctx, upload, inspection, object);
    return save(ctx, upload, kept, inspection);
  });
}

async function storeFiles(ctx: Context, upload: MediaRow, inspection: Inspection, object: StoredObject): Promise<Kept> {
  const { store, scanner } = ctx.media;
  const { mimeType, cleanedPath, posterPath } = inspection;
  const folder = toFolder(upload.tenant_id, upload.id);
  const objectKey = newObjectKey(folder, "original");
  if (cleanedPath !== null) await store.writeFile(objectKey, cleanedPath, mimeType);
  else if (!(await store.copy(upload.file_key, objectKey, object.etag, mimeType))) {
    throw new AppError("conflict", { message: "The file was changed while it was being looked at." });
  }
  const posterKey = posterPath === null ? null : newObjectKey(folder, "poster");
  if (posterKey !== null && posterPath !== null) await store.writeFile(posterKey, posterPath, "image/jpeg");
  return {
    objectKey,
    posterKey,
    size: cleanedPath === null ? object.size : (await stat(cleanedPath)).size,
    fileName: toFileName(upload.file_name, mimeType),
    isPending: scanner !== undefined,
  };
}

async function save(ctx: Context, upload: MediaRow, kept: Kept, inspection: Inspection): Promise<MediaRow> {
  const saved = await transact(ctx, async (tx) => {
    const row = await saveKept(tx, upload.id, kept, inspection, ctx.clock.now());
    if (!row) return undefined;
    if (kept.isPending) await addJob(tx, ctx.clock, { kind: "media.scan", payload: { uploadId: row.id }, key: row.id });
    await addUsage(tx, { tenantId: row.tenant_id, userId: row.owner_id }, kept.size - upload.size);
    return row;
  });
  if (kept.isPending) ctx.jobs.wake();
  if (saved) return saved;
  await dropFiles(ctx, kept);
  return findWinner(ctx, upload.id);
}

// Another node was asked to confirm it as well and was first; what this one stored is in nobody's way, but of no use.
async function dropFiles(ctx: Context, kept: Kept): Promise<void> {
  for (const key of [kept.objectKey, kept.posterKey]) if (key !== null) await ctx.media.store.remove(key);
}

async function findWinner(ctx: Context, id: string): Promise<MediaRow> {
  const row = await findMedia(ctx.db, id);
  if (row?.state === "ready") return row;
  throw new AppError("gone", { message: "The upload was given up meanwhile." });
}

// What is left behind here, the sweep finds.
async function removeIncoming(ctx: Context, upload: MediaRow): Promise<void> {
  try {
    await ctx.media.store.remove(upload.file_key);
  } catch (error) {
    ctx.log.warn({ err: error, upload_id: upload.id }, "a confirmed upload could not be cleared away");
  }
}
