/** Reading and changing the objects on disk. */
import { createHash } from "node:crypto";
import { type BigIntStats, constants } from "node:fs";
import { copyFile, link, lstat, open, rmdir, stat, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import type { Readable } from "node:stream";
import { isErrno } from "../../../db/embedded/errno.ts";
import type { StoredObject } from "../media-store.ts";
import { type DiskFolders, ifThere, requireUnlinked } from "./disk-folders.ts";
import { toObjectPath } from "./key-path.ts";
import { placeObject, syncFile, syncUpwards, withIncoming } from "./place-object.ts";
import { readChunks } from "./read-chunks.ts";

const { O_RDONLY, O_NOFOLLOW, COPYFILE_FICLONE } = constants;

/** What a file system without hard links answers, or one where a file has as many as it may. */
const cannotLink = ["EXDEV", "EPERM", "EMLINK", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"];

/** What is known of an object. */
export async function statObject(folders: DiskFolders, key: string): Promise<StoredObject | undefined> {
  const path = toObjectPath(folders.objects, key);
  return await ifThere(folders, async () => {
    const [state] = await Promise.all([lstat(path, { bigint: true }), requireUnlinked(dirname(path))]);
    return toStored(state);
  });
}

/** An object's bytes. A range that ends beyond the object ends with it. */
export async function readObject(
  folders: DiskFolders,
  key: string,
  range?: { start: number; end: number },
): Promise<Readable | undefined> {
  const path = toObjectPath(folders.objects, key);
  return await ifThere(folders, async () => {
    await requireUnlinked(dirname(path));
    const handle = await open(path, O_RDONLY | O_NOFOLLOW);
    return handle.createReadStream({ ...range, highWaterMark: 256 * 1024 });
  });
}

/** Like `readObject`, but each chunk is good until the next is asked for only. */
export async function openChunks(
  folders: DiskFolders,
  key: string,
  { start, end } = { start: 0, end: Number.MAX_SAFE_INTEGER },
): Promise<AsyncIterable<Uint8Array> | undefined> {
  const path = toObjectPath(folders.objects, key);
  const handle = await ifThere(folders, async () => {
    const [opened, unlinked] = await Promise.allSettled([
      open(path, O_RDONLY | O_NOFOLLOW),
      requireUnlinked(dirname(path)),
    ]);
    if (opened.status === "rejected") throw opened.reason;
    if (unlinked.status === "fulfilled") return opened.value;
    await opened.value.close();
    throw unlinked.reason;
  });
  return handle && readChunks(handle, start, end);
}

/** Stores a copy of a file, in place of what was there. */
export async function writeObject(folders: DiskFolders, key: string, source: string): Promise<void> {
  await withIncoming(folders, async (path) => {
    await copyFile(source, path, COPYFILE_FICLONE);
    await syncFile(path);
    await placeObject(folders, path, key, "replace");
  });
}

/** Makes an object that one has looked at available under another key as well. @returns false if it is not that any more */
export async function copyObject(folders: DiskFolders, from: string, to: string, etag: string): Promise<boolean> {
  const done = await withStill(folders, from, async (path, object, isLink) => {
    if (object.etag !== etag) return false;
    if (!isLink) await syncFile(path);
    await placeObject(folders, path, to, "replace");
    return true;
  });
  return done ?? false;
}

/**
 * Calls `use` with the path of a file that has an object's bytes, whatever is done to the object meanwhile: another link
 * to the same file, or else a copy of it.
 */
export async function withStill<Value>(
  folders: DiskFolders,
  key: string,
  use: (path: string, object: StoredObject, isLink: boolean) => Promise<Value>,
): Promise<Value | undefined> {
  const object = toObjectPath(folders.objects, key);
  return await withIncoming(folders, async (path) => {
    const found = await ifThere(folders, async () => {
      await requireUnlinked(dirname(object));
      return await makeStill(object, path);
    });
    return found === undefined ? undefined : await use(path, found.stored, found.isLink);
  });
}

async function makeStill(object: string, path: string): Promise<{ stored: StoredObject; isLink: boolean } | undefined> {
  try {
    await link(object, path);
    const stored = toStored(await lstat(path, { bigint: true }));
    return stored && { stored, isLink: true };
  } catch (error) {
    if (!isErrno(error, ...cannotLink)) throw error;
  }
  const stored = toStored(await lstat(object, { bigint: true }));
  if (stored === undefined) return undefined;
  await copyFile(object, path, COPYFILE_FICLONE);
  const after = toStored(await lstat(object, { bigint: true }));
  return after?.etag === stored.etag ? { stored, isLink: false } : await makeStill(object, path);
}

/** Removes an object and the folders that it leaves empty. */
export async function removeObject(folders: DiskFolders, key: string): Promise<void> {
  const path = toObjectPath(folders.objects, key);
  const removed = await ifThere(folders, async () => {
    await requireUnlinked(dirname(path));
    await unlink(path);
    return true;
  });
  if (removed) await syncUpwards(await removeEmpty(dirname(path), folders.objects), folders.objects);
}

/** Removes empty folders upwards. @returns the first that is not */
async function removeEmpty(folder: string, top: string): Promise<string> {
  let at = folder;
  for (; at !== top; at = dirname(at)) {
    try {
      await rmdir(at);
    } catch (error) {
      if (isErrno(error, "ENOTEMPTY", "EEXIST", "EBUSY")) return at;
      if (!isErrno(error, "ENOENT")) throw error;
    }
  }
  return at;
}

/** What is stored, by the state of its file; undefined for what is no file. */
export function toStored(state: BigIntStats): StoredObject | undefined {
  if (!state.isFile()) return undefined;
  // Objects are never written to, only replaced by another file, which has another number or a later time.
  const version = `${state.size}-${state.mtimeNs}-${state.ino}`;
  const etag = createHash("sha256").update(version).digest("hex").slice(0, 32);
  return { size: Number(state.size), etag, modifiedAt: state.mtime };
}

/** Writes and removes a small file, to see whether that can be done. */
export async function probe(folders: DiskFolders): Promise<void> {
  await stat(folders.objects);
  await withIncoming(folders, async (path) => {
    const handle = await open(path, "wx", 0o600);
    try {
      await handle.writeFile("pipit");
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}
