/** The folders that media on disk are kept in. */
import { mkdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { isErrno } from "../../../db/embedded/errno.ts";

/** Real paths, in one file system, so that files are moved from one to the other whole. */
export type DiskFolders = {
  /** Finished objects, each at the path of its key. */
  objects: string;
  /** Files that are being written, under names of chance. */
  incoming: string;
  /** Resumable uploads. */
  resumable: string;
};

/**
 * Gives the folders, which are made at first use. They are made once: if a disk is taken away later, an empty mount point
 * must not be filled in its stead.
 */
export function keepFolders(root: string): () => Promise<DiskFolders> {
  let opening: Promise<DiskFolders> | undefined;
  return async () => {
    opening ??= openFolders(root);
    try {
      return await opening;
    } catch (error) {
      opening = undefined;
      throw error;
    }
  };
}

async function openFolders(root: string): Promise<DiskFolders> {
  const open = async (name: string) => {
    await mkdir(join(root, name), { recursive: true, mode: 0o700 });
    return await realpath(join(root, name));
  };
  return { objects: await open("objects"), incoming: await open("incoming"), resumable: await open("resumable") };
}

/**
 * The result of looking at an object, or undefined if there is none: neither it nor a link in its place, which we never
 * made and never follow. That the whole store is gone is another matter, and throws.
 */
export async function ifThere<Value>(folders: DiskFolders, look: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await look();
  } catch (error) {
    if (!isErrno(error, "ENOENT", "ELOOP")) throw error;
    await stat(folders.objects);
    return undefined;
  }
}

/** @throws as for a loop when a path leads elsewhere through links */
export async function requireUnlinked(folder: string): Promise<void> {
  if ((await realpath(folder)) === folder) return;
  throw Object.assign(new Error(`${folder} leads elsewhere by a link`), { code: "ELOOP" });
}
