/** Walks through the objects on disk. */
import type { Dirent } from "node:fs";
import { lstat, opendir, stat } from "node:fs/promises";
import { join } from "node:path";
import { isErrno } from "../../../db/embedded/errno.ts";
import type { ListedObject } from "../media-store.ts";
import { isStorageKey } from "../storage-key.ts";
import type { DiskFolders } from "./disk-folders.ts";
import { toStored } from "./disk-objects.ts";
import { readFolderName, toPrefixPath } from "./key-path.ts";

/** All objects with a prefix. A folder is read a few names at a time; what vanishes meanwhile is left out. */
export async function* listObjects(folders: DiskFolders, prefix: string): AsyncGenerator<ListedObject> {
  await stat(folders.objects);
  yield* walk(toPrefixPath(folders.objects, prefix), prefix);
}

async function* walk(folder: string, prefix: string): AsyncGenerator<ListedObject> {
  for await (const entry of readFolder(folder)) {
    const path = join(folder, entry.name);
    const added = entry.isDirectory() ? readFolderName(entry.name) : undefined;
    if (added !== undefined) yield* walk(path, prefix + added);
    const object = entry.isFile() && isStorageKey(prefix + entry.name) ? await look(path) : undefined;
    if (object) yield { key: prefix + entry.name, ...object };
  }
}

async function* readFolder(folder: string): AsyncGenerator<Dirent> {
  try {
    yield* await opendir(folder, { bufferSize: 128 });
  } catch (error) {
    if (!isErrno(error, "ENOENT")) throw error;
  }
}

async function look(path: string) {
  try {
    return toStored(await lstat(path, { bigint: true }));
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}
