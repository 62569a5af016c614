/** Uploads that clients make in parts, straight to S3. */
import type { ResumableTarget, ResumableUploads, UploadPromise } from "../media-store.ts";
import { requireKey } from "../storage-key.ts";
import {
  abortMultipart,
  completeMultipart,
  createMultipart,
  listMultiparts,
  listParts,
  type StoredPart,
} from "./multipart-calls.ts";
import type { ToAddress } from "./s3-address.ts";
import { listPartPlaces, toPartSize } from "./s3-limits.ts";
import { type Bucket, statObject } from "./s3-objects.ts";
import type { S3Signer } from "./s3-signer.ts";

type Options = { bucket: Bucket; toPublicAddress: ToAddress; signer: S3Signer; secondsUntil: (date: Date) => number };

/** Addresses that are given at once: a client asks again when it has used them up. */
const mostAddresses = 1_000;

export function createMultipartUploads(options: Options): ResumableUploads {
  const { client } = options.bucket;
  return {
    start: (key, { contentType }) => createMultipart(client, requireKey(key), contentType),
    resume: (key, handle, promise) => resume(options, key, handle, promise),
    finish: (key, handle, promise) => finish(options.bucket, key, handle, promise),
    abort: (key, handle) => abortMultipart(client, key, handle),
  };
}

async function resume(
  { bucket, toPublicAddress, signer, secondsUntil }: Options,
  key: string,
  uploadId: string,
  promise: UploadPromise,
): Promise<ResumableTarget | undefined> {
  const stored = await listParts(bucket.client, key, uploadId);
  if (stored === undefined) return undefined;
  const missing = listPartPlaces(promise.size).filter(({ partNumber, size }) => stored.get(partNumber)?.size !== size);
  const seconds = secondsUntil(promise.expiresAt);
  const parts = missing.slice(0, mostAddresses).map(async ({ partNumber, size }) => {
    const address = toPublicAddress(key, { partNumber: String(partNumber), uploadId });
    return { partNumber, size, url: await signer.presign("PUT", address, { "content-length": String(size) }, seconds) };
  });
  return { protocol: "multipart", partSize: toPartSize(promise.size), parts: await Promise.all(parts) };
}

async function finish(bucket: Bucket, key: string, uploadId: string, promise: UploadPromise): Promise<boolean> {
  const stored = await listParts(bucket.client, key, uploadId);
  if (stored === undefined) return await isFinished(bucket, key, promise);
  const parts = listPartPlaces(promise.size)
    .map(({ partNumber, size }) => findPart(stored, partNumber, size))
    .filter((part) => part !== undefined);
  if (parts.length < listPartPlaces(promise.size).length) return false;
  const outcome = await completeMultipart(bucket.client, key, uploadId, parts);
  // The answer to a first attempt may have been lost.
  if (outcome === "gone") return await isFinished(bucket, key, promise);
  return outcome === "done";
}

function findPart(stored: Map<number, StoredPart>, partNumber: number, size: number): StoredPart | undefined {
  const part = stored.get(partNumber);
  return part?.size === size ? part : undefined;
}

async function isFinished(bucket: Bucket, key: string, promise: UploadPromise): Promise<boolean> {
  return (await statObject(bucket, key))?.size === promise.size;
}

/** Gives up uploads that were opened before a moment. @returns how many */
export async function removeUnfinished({ client }: Bucket, prefix: string, before: Date): Promise<number> {
  let removed = 0;
  for await (const { key, uploadId, startedAt } of listMultiparts(client)) {
    if (startedAt >= before || !key.startsWith(prefix)) continue;
    await abortMultipart(client, key, uploadId);
    removed += 1;
  }
  return removed;
}
