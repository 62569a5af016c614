/** Takes in an upload of one request. */
import { lstat, open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { AppError } from "../../../app-error.ts";
import { isErrno } from "../../../db/embedded/errno.ts";
import type { UploadPromise } from "../media-store.ts";
import type { DiskFolders } from "./disk-folders.ts";
import { writeInto } from "./file-sink.ts";
import { toObjectPath } from "./key-path.ts";
import { placeObject, withIncoming } from "./place-object.ts";

/** A body of bytes, as requests have. */
export type Body = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * Writes a body to a file of its own, and makes it the object when it has come whole.
 * @throws {AppError} `too_large` as soon as there is more than was promised, `conflict` if there was less or if there is an
 * object already
 */
export async function receiveUpload(
  folders: DiskFolders,
  key: string,
  promise: UploadPromise,
  body: Body,
): Promise<void> {
  if (await isTaken(toObjectPath(folders.objects, key))) throw taken();
  await withIncoming(folders, async (path) => {
    await writeBody(path, body, promise.size);
    await placeObject(folders, path, key, "once").catch((error: unknown) => {
      throw isErrno(error, "EEXIST") ? taken() : error;
    });
  });
}

async function isTaken(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isErrno(error, "ENOENT")) return false;
    throw error;
  }
}

function taken(): AppError {
  return new AppError("conflict", { message: "This upload has been made already." });
}

async function writeBody(path: string, body: Body, size: number): Promise<void> {
  const handle = await open(path, "wx", 0o600);
  try {
    await pipeline(exactly(body, size), writeInto(handle, 0));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The bytes of a body. @throws {AppError} when it does not have just so many */
async function* exactly(body: Body, size: number): AsyncGenerator<Uint8Array> {
  let received = 0;
  for await (const chunk of unbroken(body)) {
    received += chunk.byteLength;
    if (received > size) throw new AppError("too_large", { message: "The upload is larger than was promised." });
    yield chunk;
  }
  if (received < size) throw new AppError("conflict", { message: "The upload is smaller than was promised." });
}

async function* unbroken(body: Body): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    throw new AppError("conflict", { message: "The upload broke off.", cause });
  }
}
