/** Resumable uploads on disk: opened and finished by the server, filled by clients over tus. */
import { open, rm } from "node:fs/promises";
import { isErrno } from "../../../db/embedded/errno.ts";
import { syncDirectory } from "../../../db/embedded/sync-directory.ts";
import type { ResumableUploads, UploadPromise } from "../media-store.ts";
import { inStorage } from "../storage-error.ts";
import { requireKey } from "../storage-key.ts";
import type { DiskFolders } from "./disk-folders.ts";
import { statObject, writeObject } from "./disk-objects.ts";
import { sizeOfUpload, toUploadId, toUploadPath } from "./tus-files.ts";
import { holdOrFail, type UploadLocks } from "./upload-locks.ts";
import type { UploadUrls } from "./upload-urls.ts";

type Options = { folders: () => Promise<DiskFolders>; locks: UploadLocks; uploadUrls: UploadUrls };

export function createResumableUploads({ folders, locks, uploadUrls }: Options): ResumableUploads {
  return {
    start: (key, promise) => inStorage(async () => await start(await folders(), key, promise)),
    resume: (key, handle, promise) =>
      inStorage(async () => {
        const at = await folders();
        const come = await sizeOfUpload(at, toUploadPath(at, key, handle));
        return come === undefined ? undefined : { protocol: "tus", url: uploadUrls.sign("tus", key, promise) };
      }),
    finish: (key, handle, promise) => inStorage(async () => await finish(await folders(), locks, key, handle, promise)),
    abort: (key, handle) =>
      inStorage(async () => {
        await rm(toUploadPath(await folders(), key, handle), { force: true });
      }),
  };
}

async function start(folders: DiskFolders, key: string, promise: UploadPromise): Promise<string> {
  const id = toUploadId(requireKey(key), promise.size);
  const handle = await open(toUploadPath(folders, key, id), "a", 0o600);
  await handle.close();
  await syncDirectory(folders.resumable);
  return id;
}

async function finish(
  folders: DiskFolders,
  locks: UploadLocks,
  key: string,
  id: string,
  promise: UploadPromise,
): Promise<boolean> {
  const path = toUploadPath(folders, key, id);
  const come = await sizeOfUpload(folders, path);
  if (come === undefined) return await isFinished(folders, key, promise);
  if (come !== promise.size) return false;
  return await holdOrFail(locks, id, async () => {
    try {
      // A copy: another process that shares the folder may still be writing into this file.
      await writeObject(folders, key, path);
      await rm(path, { force: true });
      return true;
    } catch (error) {
      if (isErrno(error, "ENOENT") && (await isFinished(folders, key, promise))) return true;
      throw error;
    }
  });
}

async function isFinished(folders: DiskFolders, key: string, promise: UploadPromise): Promise<boolean> {
  return (await statObject(folders, key))?.size === promise.size;
}
