/** Lends an object of S3 as a local file. */
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { StoredObject } from "../media-store.ts";
import { inStorage, storageAway } from "../storage-error.ts";
import { type Bucket, openObject } from "./s3-objects.ts";

/** Calls `use` with a file that has an object's bytes, and removes the file whatever comes of it. */
export async function withDownload<Value>(
  bucket: Bucket,
  tempDir: string,
  key: string,
  use: (path: string, object: StoredObject) => Promise<Value>,
): Promise<Value | undefined> {
  const found = await openObject(bucket, key);
  if (found === undefined) return undefined;
  const folder = await inStorage(() => makeFolder(tempDir));
  try {
    const path = join(folder, "object");
    await inStorage(() => pipeline(found.body, createWriteStream(path, { mode: 0o600 })));
    const { size } = await stat(path);
    if (size !== found.object.size) throw storageAway(new Error(`${size} bytes came of ${found.object.size}`));
    return await use(path, found.object);
  } finally {
    found.body.destroy();
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeFolder(tempDir: string): Promise<string> {
  await mkdir(tempDir, { recursive: true });
  return await mkdtemp(join(tempDir, "media-"));
}
