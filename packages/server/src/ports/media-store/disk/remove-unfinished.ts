/** Removes what uploads and writes have left behind. */
import { lstat, opendir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { isErrno } from "../../../db/embedded/errno.ts";
import type { DiskFolders } from "./disk-folders.ts";

/**
 * Removes files of unfinished uploads and of killed processes that nothing was written to since a moment.
 * @returns how many
 */
export async function removeUnfinished(folders: DiskFolders, before: Date): Promise<number> {
  await stat(folders.objects);
  return (await removeOld(folders.incoming, before)) + (await removeOld(folders.resumable, before));
}

async function removeOld(folder: string, before: Date): Promise<number> {
  let removed = 0;
  for await (const entry of await opendir(folder)) {
    const path = join(folder, entry.name);
    if (!(await isOlder(path, before))) continue;
    await rm(path, { force: true });
    removed += 1;
  }
  return removed;
}

// By the time of change, not of writing: links to old objects are young, and stand here while they are used.
async function isOlder(path: string, before: Date): Promise<boolean> {
  try {
    const state = await lstat(path);
    return !state.isDirectory() && state.ctimeMs < before.getTime();
  } catch (error) {
    if (isErrno(error, "ENOENT")) return false;
    throw error;
  }
}
