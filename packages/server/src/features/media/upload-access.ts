/** Uploads: found by their key, by their owner alone. */
import { AppError } from "../../app-error.ts";
import type { Context, Services } from "../../context.ts";
import type { UploadPromise } from "../../ports/media-store/media-store.ts";
import { fromFileKey } from "./media-keys.ts";
import { findMedia, type MediaRow } from "./media-store.ts";

/** How long an address to upload to is good for. */
export const uploadSeconds = 3_600;

/** The caller's own upload. @throws {AppError} `not_found` for anything else (G9) */
export async function accessUpload(ctx: Context, fileKey: string): Promise<MediaRow> {
  const upload = await findUpload(ctx, fileKey);
  if (upload?.tenant_id !== ctx.actor.tenantId || upload.owner_id !== ctx.actor.userId) throw notFound();
  return upload;
}

/** What was promised to a client that uploads anew or goes on from here. */
export function toPromise(
  ctx: Pick<Services, "clock">,
  upload: Pick<MediaRow, "content_type" | "size">,
): UploadPromise {
  const expiresAt = new Date(ctx.clock.now().getTime() + uploadSeconds * 1000);
  return { contentType: upload.content_type, size: upload.size, expiresAt };
}

/**
 * For the door that takes what is uploaded to our own disk: whether the upload still waits for its bytes.
 * @throws {AppError} `conflict` when it has been confirmed, `gone` when it was given up
 */
export async function requireOpenUpload(services: Pick<Services, "db">, fileKey: string): Promise<void> {
  const upload = await findUpload(services, fileKey);
  if (upload === undefined || upload.state === "removed") throw new AppError("gone", { message: gaveUp });
  if (upload.state === "ready") throw new AppError("conflict", { message: "The upload has been confirmed already." });
}

const gaveUp = "The upload was refused or given up; ask for another one.";

async function findUpload({ db }: Pick<Services, "db">, fileKey: string): Promise<MediaRow | undefined> {
  const id = fromFileKey(fileKey);
  const upload = id === undefined ? undefined : await findMedia(db, id);
  return upload?.file_key === fileKey ? upload : undefined;
}

/** @throws {AppError} `gone` */
export function requireNotGivenUp(upload: MediaRow): void {
  if (upload.state === "removed") throw new AppError("gone", { message: gaveUp });
}

/** Whether a size is the one that was promised. @throws {AppError} `too_large` or `conflict` */
export function requireSize(upload: Pick<MediaRow, "size">, size: number): void {
  if (size > upload.size) throw new AppError("too_large", { message: `${upload.size} bytes were promised.` });
  if (size < upload.size) throw new AppError("conflict", { message: `${upload.size} bytes were promised.` });
}

function notFound(): AppError {
  return new AppError("not_found", { message: "There is no such upload." });
}
