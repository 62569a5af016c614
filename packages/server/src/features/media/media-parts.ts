/** The parts of a server that deal with media. */
import { mkdir, mkdtemp, opendir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { isErrno } from "../../db/embedded/errno.ts";
import type { MediaProcessor } from "../../media/media-processor.ts";
import type { DiskStore } from "../../ports/media-store/disk/disk-store.ts";
import type { UploadUrls } from "../../ports/media-store/disk/upload-urls.ts";
import type { MediaStore } from "../../ports/media-store/media-store.ts";
import { inStorage } from "../../ports/media-store/storage-error.ts";
import type { VirusScanner } from "../../ports/virus-scanner/virus-scanner.ts";
import type { SingleFlight } from "../../single-flight.ts";
import type { MediaRow } from "./media-store.ts";

export type MediaParts = {
  store: MediaStore;
  /** The same store, if it is on the server's own disk, which the server takes uploads to. */
  disk: { store: DiskStore; uploadUrls: UploadUrls } | undefined;
  processor: MediaProcessor;
  scanner: VirusScanner | undefined;
  /** Where files are put while they are looked at; made when first needed. */
  tempDir: string;
  confirming: SingleFlight<MediaRow>;
  transforming: SingleFlight<void>;
};

const folderName = "media-";

/**
 * Gives `work` a folder of its own, which is gone afterwards.
 * @throws {AppError} `storage_full` or `unavailable` when there can be none
 */
export async function withFolder<Value>(tempDir: string, work: (folder: string) => Promise<Value>): Promise<Value> {
  const folder = await inStorage(async () => {
    await mkdir(tempDir, { recursive: true });
    return mkdtemp(join(tempDir, folderName));
  });
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Removes folders that processes which were killed have left. */
export async function removeOldFolders(tempDir: string, before: Date): Promise<void> {
  await mkdir(tempDir, { recursive: true });
  for await (const { name } of await opendir(tempDir)) {
    const path = join(tempDir, name);
    if (name.startsWith(folderName) && (await isOlder(path, before))) await rm(path, { recursive: true, force: true });
  }
}

async function isOlder(path: string, before: Date): Promise<boolean> {
  try {
    return (await stat(path)).mtimeMs < before.getTime();
  } catch (error) {
    if (isErrno(error, "ENOENT")) return false;
    throw error;
  }
}
