/** Writing objects so that they appear whole, and stay. */
import { randomUUID } from "node:crypto";
import { link, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isErrno } from "../../../db/embedded/errno.ts";
import { syncDirectory } from "../../../db/embedded/sync-directory.ts";
import { type DiskFolders, requireUnlinked } from "./disk-folders.ts";
import { toObjectPath } from "./key-path.ts";

const mostAttempts = 50;

/** Calls `use` with the path of a file that may be made there; whatever is left of it is removed. */
export async function withIncoming<Value>(folders: DiskFolders, use: (path: string) => Promise<Value>): Promise<Value> {
  const path = join(folders.incoming, randomUUID());
  try {
    return await use(path);
  } finally {
    await rm(path, { force: true });
  }
}

/** Makes the bytes of a file durable. */
export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Gives a file, whose bytes are durable, its place as an object, durably.
 * @param how `replace` moves it there; `once` links it there and fails with EEXIST if there is an object
 */
export async function placeObject(
  folders: DiskFolders,
  file: string,
  key: string,
  how: "replace" | "once",
): Promise<void> {
  const path = toObjectPath(folders.objects, key);
  const put = how === "replace" ? rename : link;
  for (let attempt = 1; !(await tryPut(() => put(file, path), dirname(path), attempt)); attempt += 1);
  await syncUpwards(dirname(path), folders.objects);
}

// Whoever removes an object also removes the folders that it leaves empty, perhaps just before the file is put there.
async function tryPut(put: () => Promise<void>, folder: string, attempt: number): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await requireUnlinked(folder);
    await put();
    return true;
  } catch (error) {
    if (!isErrno(error, "ENOENT") || attempt >= mostAttempts) throw error;
    return false;
  }
}

/**
 * Makes the names in a folder durable, and those of the folders above it: another writer may just have made those, and
 * not yet come to it. A folder that is gone by now was emptied by a removal, and stops nothing.
 */
export async function syncUpwards(folder: string, top: string): Promise<void> {
  for (let at = folder; at.length >= top.length; at = dirname(at)) {
    await syncDirectory(at).catch((error: unknown) => {
      if (!isErrno(error, "ENOENT")) throw error;
    });
  }
}
