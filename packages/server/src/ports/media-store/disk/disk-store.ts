/** Media in a folder, uploaded to through the server itself. */
import { access } from "node:fs/promises";
import { AppError } from "../../../app-error.ts";
import type { Log } from "../../../log.ts";
import type { ListedObject, MediaStore, StoredObject, UploadPromise } from "../media-store.ts";
import { inStorage, toStorageError } from "../storage-error.ts";
import { requireKey, requirePrefix } from "../storage-key.ts";
import { type DiskFolders, keepFolders } from "./disk-folders.ts";
import {
  copyObject,
  openChunks,
  probe,
  readObject,
  removeObject,
  statObject,
  withStill,
  writeObject,
} from "./disk-objects.ts";
import { listObjects } from "./list-objects.ts";
import { type Body, receiveUpload } from "./receive-upload.ts";
import { removeUnfinished } from "./remove-unfinished.ts";
import { createResumableUploads } from "./resumable-uploads.ts";
import { toUploadId } from "./tus-files.ts";
import { createTusHandler } from "./tus-server.ts";
import { UploadLocks } from "./upload-locks.ts";
import type { UploadUrls } from "./upload-urls.ts";

export type DiskStoreOptions = {
  /** The folder, which is made if it is not there. */
  root: string;
  uploadUrls: UploadUrls;
  now: () => Date;
  log?: Log;
};

/** A store whose uploads come through routes of ours; these call `receive` and `handleTus`. */
export type DiskStore = MediaStore & {
  /** Like `read`, without a new buffer for each chunk: one is good until the next is asked for. */
  readChunks(key: string, range?: { start: number; end: number }): Promise<AsyncIterable<Uint8Array> | undefined>;
  /**
   * Takes in the body of an upload, once: it becomes an object when all of it has come, and nothing otherwise.
   * @throws {AppError} `too_large` or `conflict` when the body is not of the promised size, `conflict` when there is an
   * object already, `gone` when the promise has expired
   */
  receive(key: string, promise: UploadPromise, body: Body): Promise<void>;
  /**
   * Answers a request of the tus protocol (OPTIONS, HEAD, PATCH) for an upload that was started; any other is refused.
   * @throws {AppError} `gone` when the promise has expired
   */
  handleTus(request: Request, key: string, promise: UploadPromise): Promise<Response>;
};

/** Keeps media in a folder. The folder is one of ours alone; processes that share it see each other's objects. */
export function createDiskStore({ root, uploadUrls, now, log }: DiskStoreOptions): DiskStore {
  const folders = keepFolders(root);
  const locks = new UploadLocks();
  const answerTus = createTusHandler({ folders, locks, log });
  const inFolders = <Value>(work: (folders: DiskFolders) => Promise<Value>) =>
    inStorage(async () => await work(await folders()));
  const requireValid = ({ expiresAt }: UploadPromise) => {
    if (now() >= expiresAt) throw new AppError("gone", { message: "The time for this upload is over." });
  };
  return {
    presignUpload: async (key, promise) => ({
      method: "PUT",
      url: uploadUrls.sign("put", requireKey(key), promise),
      headers: { "content-type": promise.contentType },
    }),
    resumable: createResumableUploads({ folders, locks, uploadUrls }),
    stat: (key) => inFolders((at) => statObject(at, key)),
    read: (key, range) => inFolders((at) => readObject(at, key, range)),
    readChunks: (key, range) => inFolders((at) => openChunks(at, key, range)),
    writeFile: async (key, path) => {
      // That the file is not there is a fault of the caller's, not of the store's.
      await access(path);
      await inFolders((at) => writeObject(at, key, path));
    },
    copy: (from, to, etag) => inFolders((at) => copyObject(at, from, requireKey(to), etag)),
    remove: (key) => inFolders((at) => removeObject(at, key)),
    list: (prefix) => list(folders, requirePrefix(prefix)),
    // Under whatever prefix: the folders of what is unfinished hold nothing else.
    removeUnfinished: (_prefix, before) => inFolders((at) => removeUnfinished(at, before)),
    withLocalFile: (key, use) => withLocalFile(folders, key, use),
    presignRead: async () => undefined,
    check: () => inFolders(probe),
    receive: async (key, promise, body) => {
      requireValid(promise);
      await inFolders((at) => receiveUpload(at, key, promise, body));
    },
    handleTus: async (request, key, promise) => {
      requireValid(promise);
      return await answerTus(request, toUploadId(requireKey(key), promise.size));
    },
  };
}

async function* list(folders: () => Promise<DiskFolders>, prefix: string): AsyncGenerator<ListedObject> {
  try {
    yield* listObjects(await folders(), prefix);
  } catch (error) {
    throw toStorageError(error);
  }
}

// What `use` throws is the caller's own, and must not be taken for a failure of the store.
async function withLocalFile<Value>(
  folders: () => Promise<DiskFolders>,
  key: string,
  use: (path: string, object: StoredObject) => Promise<Value>,
): Promise<Value | undefined> {
  const outcome = await inStorage(async () =>
    withStill(await folders(), key, (path, object) => settle(() => use(path, object))),
  );
  if (outcome === undefined) return undefined;
  if ("error" in outcome) throw outcome.error;
  return outcome.value;
}

async function settle<Value>(work: () => Promise<Value>): Promise<{ value: Value } | { error: unknown }> {
  try {
    return { value: await work() };
  } catch (error) {
    return { error };
  }
}
