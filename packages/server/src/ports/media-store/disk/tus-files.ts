/** Resumable uploads as the tus server sees them: files that grow, whose names say how large they are to become. */
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { lstat, open } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { DataStore, ERRORS, Upload } from "@tus/server";
import { type DiskFolders, ifThere } from "./disk-folders.ts";
import { writeInto } from "./file-sink.ts";

const { O_WRONLY, O_NOFOLLOW } = constants;

/** The name of an upload: the same for the same key and size, so that opening it twice never empties it. */
export function toUploadId(key: string, size: number): string {
  return `${createHash("sha256").update(key).digest("hex")}-${size}`;
}

/** The path of an upload. @throws plainly when the id is not one of that key */
export function toUploadPath(folders: DiskFolders, key: string, id: string): string {
  if (!/^[0-9a-f]{64}-\d{1,15}$/.test(id) || toUploadId(key, Number(id.slice(65))) !== id) {
    throw new Error("not the handle of an upload of this key");
  }
  return join(folders.resumable, id);
}

/** How much of an upload has come, or undefined if there is no such upload. */
export async function sizeOfUpload(folders: DiskFolders, path: string): Promise<number | undefined> {
  return await ifThere(folders, async () => {
    const state = await lstat(path);
    return state.isFile() ? state.size : undefined;
  });
}

/**
 * The store of the tus library. Its own file store is not used: it hides why a write failed (a full disk), it throws in a
 * callback where nobody can catch, and it keeps a second file per upload, which can be half-written.
 */
export class TusFiles extends DataStore {
  readonly #folders: () => Promise<DiskFolders>;

  constructor(folders: () => Promise<DiskFolders>) {
    super();
    this.#folders = folders;
    // No extension: clients can't make uploads, nor end them.
    this.extensions = [];
  }

  override async getUpload(id: string): Promise<Upload> {
    const offset = await sizeOfUpload(await this.#folders(), await this.#pathOf(id));
    if (offset === undefined) throw ERRORS.FILE_NO_LONGER_EXISTS;
    return new Upload({ id, offset, size: Number(id.slice(65)) });
  }

  /** Appends to an upload what comes, up to an error, and gives its new size. What was written before an error stays. */
  override async write(stream: Readable, id: string, offset: number): Promise<number> {
    const handle = await open(await this.#pathOf(id), O_WRONLY | O_NOFOLLOW);
    try {
      if ((await handle.stat()).size !== offset) throw ERRORS.INVALID_OFFSET;
      await pipeline(stream, writeInto(handle, offset));
      return (await handle.stat()).size;
    } finally {
      // Waits for writes that are still under way: the next request sees all of this one's or none of it.
      await handle.close();
    }
  }

  async #pathOf(id: string): Promise<string> {
    return join((await this.#folders()).resumable, id);
  }
}
