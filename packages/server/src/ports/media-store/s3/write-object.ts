/** Stores a local file as an object. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { storageAway } from "../storage-error.ts";
import { completeMultipart, createMultipart, giveUp } from "./multipart-calls.ts";
import type { S3Body } from "./s3-exchange.ts";
import { listPartPlaces } from "./s3-limits.ts";
import type { Bucket } from "./s3-objects.ts";

const highWaterMark = 256 * 1024;

/** Sends a file, in parts if it is large. @throws plainly when the file is not there */
export async function writeObject(bucket: Bucket, key: string, path: string, contentType: string): Promise<void> {
  const { size } = await stat(path);
  if (size > bucket.limits.singlePut) return await writeParts(bucket, key, path, size, contentType);
  const body = toBody(path, 0, size);
  await bucket.client.send({ method: "PUT", key, headers: { "content-type": contentType }, body, isSlow: true });
}

async function writeParts(
  { client }: Bucket,
  key: string,
  path: string,
  size: number,
  contentType: string,
): Promise<void> {
  const uploadId = await createMultipart(client, key, contentType);
  try {
    const parts: { partNumber: number; etag: string }[] = [];
    for (const { partNumber, start, size: length } of listPartPlaces(size)) {
      const query = { partNumber: String(partNumber), uploadId };
      const sent = await client.send({ method: "PUT", key, query, body: toBody(path, start, length) });
      parts.push({ partNumber, etag: sent.headers.get("etag") ?? "" });
    }
    const outcome = await completeMultipart(client, key, uploadId, parts);
    if (outcome !== "done") throw storageAway(new Error(`the upload in parts is ${outcome}`));
  } catch (error) {
    await giveUp(client, key, uploadId);
    throw error;
  }
}

// Opened anew for each attempt.
function toBody(path: string, start: number, size: number): S3Body {
  return {
    size,
    open: () => (size === 0 ? none() : createReadStream(path, { start, end: start + size - 1, highWaterMark })),
  };
}

async function* none(): AsyncGenerator<Uint8Array> {}
