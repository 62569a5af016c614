/** Uploads in parts: which parts are asked for, and what finishes them. */
import { randomBytes } from "node:crypto";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { MediaStore, ResumableTarget, UploadPromise } from "../media-store.ts";
import { sendSome } from "../send-upload.fixture.ts";
import { get } from "../store-under-test.fixture.ts";
import { type S3Gateway, startS3, testAccount } from "./s3-gateway.fixture.ts";
import { createS3Store } from "./s3-store.ts";
import { verifySigV4 } from "./verify-sigv4.fixture.ts";

const mebibyte = 1024 * 1024;
let gateway: S3Gateway;
let store: MediaStore;

beforeAll(async () => {
  gateway = await startS3();
  store = openStore();
});
afterAll(() => gateway.close());

function openStore(options: { pathStyle?: boolean; publicEndpoint?: string } = {}): MediaStore {
  const { endpoint, bucket } = gateway;
  const service = { ...testAccount, endpoint, bucket, pathStyle: true, ...options };
  return createS3Store({ ...service, tempDir: tmpdir(), now: () => new Date(), timeoutMs: 5_000, pauseMs: 1 });
}

function promiseOf(size: number): UploadPromise {
  return { contentType: "video/mp4", size, expiresAt: new Date(Date.now() + 60_000) };
}

async function resume(key: string, handle: string, promise: UploadPromise) {
  const target: ResumableTarget | undefined = await store.resumable.resume(key, handle, promise);
  if (target?.protocol !== "multipart") throw new Error("no parts are asked for");
  return target;
}

it("parts that are missing or of the wrong size are asked for, the others are not", async () => {
  const body = randomBytes(26 * mebibyte);
  const handle = await store.resumable.start("film", promiseOf(body.length));
  const shorter = await resume("film", handle, promiseOf(25 * mebibyte));
  await sendSome(shorter, body, { bytes: 0, parts: 9 });
  const missing = await resume("film", handle, promiseOf(body.length));
  expect(missing.partSize).toBe(8 * mebibyte);
  expect(missing.parts.map(({ partNumber, size }) => [partNumber, size])).toEqual([[4, 2 * mebibyte]]);
  expect(await store.resumable.finish("film", handle, promiseOf(body.length))).toBe(false);
  await sendSome(missing, body, { bytes: 0, parts: 9 });
  expect((await resume("film", handle, promiseOf(body.length))).parts).toEqual([]);
  expect(await store.resumable.finish("film", handle, promiseOf(body.length))).toBe(true);
  expect((await get(store, "film"))?.equals(body)).toBe(true);
});

it("at most 1,000 addresses are given at once, the first that are missing", async () => {
  const promise = promiseOf(60_000 * mebibyte);
  const handle = await store.resumable.start("huge", promise);
  const { parts } = await resume("huge", handle, promise);
  expect(parts.map(({ partNumber }) => partNumber)).toEqual(Array.from({ length: 1_000 }, (_, n) => n + 1));
  await store.resumable.abort("huge", handle);
});

it("an upload is finished although the answer to it was lost", async () => {
  const body = randomBytes(100);
  const handle = await store.resumable.start("lost", promiseOf(100));
  await sendSome(await resume("lost", handle, promiseOf(100)), body, { bytes: 0, parts: 1 });
  let isLost = false;
  gateway.intercept((read, response) => {
    if (read.method !== "POST" || isLost) return false;
    isLost = true;
    // The call itself goes through, as another one.
    const { host: _, ...headers } = read.headers;
    const url = new URL(read.target, gateway.endpoint);
    const again = request(url, { method: "POST", headers: { ...headers, host: url.host } });
    again.on("response", (answer) => answer.resume().on("end", () => response.destroy()));
    again.end(read.body);
    return true;
  });
  expect(await store.resumable.finish("lost", handle, promiseOf(100))).toBe(true);
  gateway.intercept();
  expect(isLost).toBe(true);
  expect(await get(store, "lost")).toEqual(body);
});

it("addresses for clients are those of the public endpoint, by path or by the host's name", async () => {
  const addresses = await Promise.all(
    [true, false].map(async (pathStyle) => {
      const one = openStore({ pathStyle, publicEndpoint: "https://media.example:8443/s3/" });
      return new URL((await one.presignUpload("a/b.png", promiseOf(7))).url);
    }),
  );
  expect(addresses.map(({ origin, pathname }) => origin + pathname)).toEqual([
    "https://media.example:8443/s3/pipit-test/a/b.png",
    "https://pipit-test.media.example:8443/s3/a/b.png",
  ]);
  for (const { host, pathname, search } of addresses) {
    const headers = { host, "content-type": "video/mp4", "content-length": "7" };
    const sent = { method: "PUT", target: pathname + search, headers };
    expect(verifySigV4(sent, testAccount, new Date())).toBeUndefined();
  }
});
