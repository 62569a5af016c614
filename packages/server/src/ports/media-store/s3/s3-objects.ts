/** Reading, copying and removing the objects of a bucket. */
import type { Readable } from "node:stream";
import { Readable as ReadableStream } from "node:stream";
import type { ListedObject, StoredObject } from "../media-store.ts";
import { storageAway } from "../storage-error.ts";
import { isStorageKey, requireKey } from "../storage-key.ts";
import { completeMultipart, createMultipart, giveUp } from "./multipart-calls.ts";
import { childrenOf, requireText, textOf } from "./read-xml.ts";
import { type S3Client, unlessRefused } from "./s3-client.ts";
import { S3Refusal } from "./s3-failure.ts";
import { listPartPlaces, type S3Limits } from "./s3-limits.ts";

export type Bucket = { client: S3Client; name: string; limits: S3Limits };

/** What is known of an object. */
export async function statObject({ client }: Bucket, key: string): Promise<StoredObject | undefined> {
  const found = await unlessRefused([404], () => client.send({ method: "HEAD", key }));
  if (found) return toStored(found.headers);
  // Such an answer has no body that would tell whether the object is missing or the whole bucket.
  await unlessRefused([400, 404], () => client.send({ method: "GET", query: { "list-type": "2", "max-keys": "1" } }));
  return undefined;
}

/** An object's bytes and what is known of it. */
export async function openObject(
  { client }: Bucket,
  key: string,
): Promise<{ object: StoredObject; body: Readable } | undefined> {
  const found = await unlessRefused([404], () => client.open({ method: "GET", key }));
  return found && { object: toStored(found.headers), body: found.body };
}

/** The bytes of a part of an object. A range that ends beyond the object ends with it. */
export async function readRange(
  { client }: Bucket,
  key: string,
  { start, end }: { start: number; end: number },
): Promise<Readable | undefined> {
  try {
    const { status, body } = await client.open({ method: "GET", key, headers: { range: `bytes=${start}-${end}` } });
    if (status === 206) return body;
    body.destroy();
    throw storageAway(new Error("the service does not give parts of objects"));
  } catch (error) {
    if (!(error instanceof S3Refusal)) throw error;
    if (error.status === 404) return undefined;
    if (error.status === 416) return ReadableStream.from([]);
    throw error;
  }
}

/** Removes an object, if it is there. */
export async function removeObject({ client }: Bucket, key: string): Promise<void> {
  await unlessRefused([404], () => client.send({ method: "DELETE", key }));
}

/** All objects with a prefix whose keys could be ours. */
export async function* listObjects({ client, limits }: Bucket, prefix: string): AsyncGenerator<ListedObject> {
  for (let token: string | undefined = ""; token !== undefined; ) {
    const page = await client.ask({
      method: "GET",
      query: {
        "list-type": "2",
        "max-keys": String(limits.listPage),
        prefix,
        ...(token && { "continuation-token": token }),
      },
    });
    for (const entry of childrenOf(page, "Contents")) {
      const key = requireText(entry, "Key");
      const size = Number(requireText(entry, "Size"));
      const modifiedAt = new Date(requireText(entry, "LastModified"));
      if (isStorageKey(key)) yield { key, size, etag: unquote(requireText(entry, "ETag")), modifiedAt };
    }
    token = textOf(page, "IsTruncated") === "true" ? textOf(page, "NextContinuationToken") : undefined;
  }
}

/** Copies an object that one has looked at. @returns false if it is not that any more */
export async function copyObject(
  bucket: Bucket,
  from: string,
  to: string,
  etag: string,
  contentType: string,
): Promise<boolean> {
  requireKey(to);
  const object = await statObject(bucket, from);
  if (object?.etag !== etag) return false;
  const source = { "x-amz-copy-source": `/${bucket.name}/${from}`, "x-amz-copy-source-if-match": `"${etag}"` };
  const copy = object.size > bucket.limits.singleCopy ? copyParts : copyWhole;
  const done = await unlessRefused([404, 412], () => copy(bucket, source, to, object.size, contentType));
  return done ?? false;
}

async function copyWhole(
  { client }: Bucket,
  source: Record<string, string>,
  key: string,
  _size: number,
  contentType: string,
): Promise<true> {
  const headers = { ...source, "x-amz-metadata-directive": "REPLACE", "content-type": contentType };
  await client.send({ method: "PUT", key, headers, body: "", isSlow: true });
  return true;
}

async function copyParts(
  { client, limits }: Bucket,
  source: Record<string, string>,
  key: string,
  size: number,
  contentType: string,
): Promise<true> {
  const uploadId = await createMultipart(client, key, contentType);
  try {
    const parts: { partNumber: number; etag: string }[] = [];
    for (const { partNumber, start, size: length } of listPartPlaces(size, limits.singleCopy)) {
      const headers = { ...source, "x-amz-copy-source-range": `bytes=${start}-${start + length - 1}` };
      const query = { partNumber: String(partNumber), uploadId };
      const copied = await client.ask({ method: "PUT", key, query, headers, body: "", isSlow: true });
      parts.push({ partNumber, etag: requireText(copied, "ETag") });
    }
    const outcome = await completeMultipart(client, key, uploadId, parts);
    if (outcome !== "done") throw storageAway(new Error(`the copy in parts is ${outcome}`));
    return true;
  } catch (error) {
    await giveUp(client, key, uploadId);
    throw error;
  }
}

function toStored(headers: Headers): StoredObject {
  const size = Number(headers.get("content-length") ?? Number.NaN);
  const etag = unquote(headers.get("etag") ?? "");
  const modifiedAt = new Date(headers.get("last-modified") ?? Number.NaN);
  if (!Number.isInteger(size) || etag === "" || Number.isNaN(modifiedAt.getTime())) {
    throw storageAway(new Error("the service does not tell an object's size, etag or time"));
  }
  return { size, etag, modifiedAt };
}

function unquote(etag: string): string {
  return etag.replace(/^W\//, "").replaceAll('"', "");
}
