/** Media in a bucket of an S3-compatible service, which clients upload to by themselves. */

import { createGate } from "../../../gate.ts";
import type { MediaStore, UploadPromise, UploadTarget } from "../media-store.ts";
import { requireKey, requirePrefix } from "../storage-key.ts";
import { withDownload } from "./local-file.ts";
import { createMultipartUploads, removeUnfinished } from "./multipart-uploads.ts";
import { createAddresses, type ToAddress } from "./s3-address.ts";
import { createClient } from "./s3-client.ts";
import { defaultLimits, type S3Limits } from "./s3-limits.ts";
import { type Bucket, copyObject, listObjects, openObject, readRange, removeObject, statObject } from "./s3-objects.ts";
import { createSigner, type S3Signer } from "./s3-signer.ts";
import { writeObject } from "./write-object.ts";

export type S3StoreOptions = {
  endpoint: string;
  region: string;
  bucket: string;
  pathStyle: boolean;
  accessKeyId: string;
  secretAccessKey: string;
  /** Where clients reach the service, if it is not where the server does. */
  publicEndpoint?: string | undefined;
  /** Where objects are kept while they are used as local files. */
  tempDir: string;
  now: () => Date;
  /** How long the service may take for anything to move. */
  timeoutMs: number;
  /** The first pause before a call is tried again; the next ones are longer. */
  pauseMs?: number;
  limits?: Partial<S3Limits>;
};

const probeKey = "pipit-check";

/** Keeps media in a bucket. It is one of ours alone: what is not ours in it may be removed. */
export function createS3Store(options: S3StoreOptions): MediaStore {
  const { endpoint, publicEndpoint = endpoint, bucket: name, pathStyle, tempDir, now, timeoutMs } = options;
  const signer = createSigner(options);
  const toAddress = createAddresses({ endpoint, bucket: name, pathStyle });
  const toPublicAddress = createAddresses({ endpoint: publicEndpoint, bucket: name, pathStyle });
  const client = createClient({ toAddress, signer, timeoutMs, pauseMs: options.pauseMs ?? 200 });
  const bucket: Bucket = { client, name, limits: { ...defaultLimits, ...options.limits } };
  // As many as lie on the disk of this machine at a time.
  const downloads = createGate(4, 64);
  // Signatures count from the whole second.
  const secondsUntil = (date: Date) => Math.floor(date.getTime() / 1000) - Math.floor(now().getTime() / 1000);
  return {
    presignUpload: async (key, promise) =>
      await presignUpload(signer, toPublicAddress(key), promise, secondsUntil(promise.expiresAt)),
    resumable: createMultipartUploads({ bucket, toPublicAddress, signer, secondsUntil }),
    stat: (key) => statObject(bucket, key),
    read: async (key, range) => (range ? await readRange(bucket, key, range) : (await openObject(bucket, key))?.body),
    writeFile: async (key, path, contentType) => await writeObject(bucket, requireKey(key), path, contentType),
    copy: (from, to, etag, contentType) => copyObject(bucket, from, to, etag, contentType),
    remove: (key) => removeObject(bucket, key),
    list: (prefix) => listObjects(bucket, requirePrefix(prefix)),
    removeUnfinished: (prefix, before) => removeUnfinished(bucket, requirePrefix(prefix), before),
    withLocalFile: (key, use) => downloads(() => withDownload(bucket, tempDir, key, use)),
    presignRead: (key, response) => presignRead(signer, toPublicAddress, key, response),
    check: async () => {
      await client.send({ method: "PUT", key: probeKey, headers: { "content-type": "text/plain" }, body: "pipit" });
      await removeObject(bucket, probeKey);
    },
  };
}

// Type and length are signed, so the service takes nothing else. Browsers set the length by themselves.
async function presignUpload(
  signer: S3Signer,
  address: URL,
  { contentType, size }: UploadPromise,
  seconds: number,
): Promise<UploadTarget> {
  const headers = { "content-type": contentType };
  const signed = { ...headers, "content-length": String(size) };
  return { method: "PUT", url: await signer.presign("PUT", address, signed, seconds), headers };
}

async function presignRead(
  signer: S3Signer,
  toPublicAddress: ToAddress,
  key: string,
  response: { contentType: string; contentDisposition: string; expiresInSeconds: number },
): Promise<string> {
  const address = toPublicAddress(key, {
    "response-content-type": response.contentType,
    "response-content-disposition": response.contentDisposition,
  });
  return await signer.presign("GET", address, {}, response.expiresInSeconds);
}
