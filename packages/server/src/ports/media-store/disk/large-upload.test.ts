/** A large upload over a bad network arrives intact, in little memory. */
import { type ChildProcess, fork } from "node:child_process";
import { createHash, type Hash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import type { UploadPromise } from "../media-store.ts";
import { findOffset } from "../send-upload.fixture.ts";
import { createDiskStore, type DiskStore } from "./disk-store.ts";
import { createUploadUrls } from "./upload-urls.ts";

const mebibyte = 1024 * 1024;
const size = 1024 * mebibyte;
const block = randomBytes(mebibyte);

/** The bytes of the file from a position on: no two blocks of it are the same. */
function* bytesFrom(position: number): Generator<Buffer> {
  for (let at = position; at < size; ) {
    const bytes = Buffer.from(block);
    const start = at % mebibyte;
    bytes.writeUInt32BE((at - start) / mebibyte);
    yield bytes.subarray(start);
    at += mebibyte - start;
  }
}

/** Sends the file from an offset on; cuts the connection after so many bytes. */
async function sendFrom(url: string, offset: number, most: number): Promise<number | "cut"> {
  const headers = {
    "tus-resumable": "1.0.0",
    "upload-offset": offset,
    "content-type": "application/offset+octet-stream",
    "content-length": size - offset,
  };
  const sending = request(url, { method: "PATCH", headers, agent: false });
  const outcome = new Promise<number | "cut">((resolve) => {
    sending.on("response", (answer) => answer.resume().on("end", () => resolve(answer.statusCode ?? 0)));
    sending.on("error", () => resolve("cut"));
    sending.on("close", () => resolve("cut"));
  });
  let sent = 0;
  for (const bytes of bytesFrom(offset)) {
    if (sent >= most) sending.destroy();
    if (sending.destroyed) break;
    sent += bytes.length;
    if (!sending.write(bytes)) await Promise.race([once(sending, "drain"), outcome]);
  }
  if (!sending.destroyed) sending.end();
  return await outcome;
}

async function askPeak(server: ChildProcess): Promise<number> {
  const answered = once(server, "message");
  server.send("peak");
  const [{ peak }] = (await answered) as [{ peak: number }];
  return peak;
}

async function digestOf(store: DiskStore, key: string): Promise<string> {
  const hash: Hash = createHash("sha256");
  for await (const chunk of (await store.read(key)) ?? []) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

test("1 GB, interrupted ten times, arrives intact while the server grows by less than 64 MB", async () => {
  const root = await mkdtemp(join(tmpdir(), "pipit-large-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const script = fileURLToPath(new URL("./serve-disk.fixture.ts", import.meta.url));
  const server = fork(script, [root, "a secret of tests"], { stdio: "inherit" });
  onTestFinished(() => void server.kill("SIGKILL"));
  const [{ url: baseUrl }] = (await once(server, "message")) as [{ url: string }];
  const now = () => new Date();
  const uploadUrls = createUploadUrls({ secret: "a secret of tests", baseUrl: () => baseUrl, now });
  const store = createDiskStore({ root, uploadUrls, now });
  const promise: UploadPromise = { contentType: "video/mp4", size, expiresAt: new Date(Date.now() + 600_000) };

  const warm = await store.resumable.start("warm", promise);
  const warmUrl = uploadUrls.sign("tus", "warm", promise);
  await sendFrom(warmUrl, 0, 24 * mebibyte);
  await store.resumable.abort("warm", warm);
  const before = await askPeak(server);

  const handle = await store.resumable.start("film", promise);
  const target = await store.resumable.resume("film", handle, promise);
  if (target?.protocol !== "tus") throw new Error("no tus upload");
  const outcomes: (number | "cut")[] = [];
  const expected = createHash("sha256");
  for (let round = 0; round <= 10; round += 1) {
    const offset = await findOffset(target.url);
    expect(await store.resumable.finish("film", handle, promise)).toBe(false);
    expect(await store.stat("film")).toBeUndefined();
    outcomes.push(await sendFrom(target.url, offset, round === 10 ? size : 97 * mebibyte + round * 12_345));
  }
  const growth = (await askPeak(server)) - before;
  expect(outcomes).toEqual([...Array.from({ length: 10 }, () => "cut"), 204]);
  expect(await store.resumable.finish("film", handle, promise)).toBe(true);
  for (const bytes of bytesFrom(0)) expected.update(bytes);
  expect(await digestOf(store, "film")).toBe(expected.digest("hex"));
  expect(growth / mebibyte).toBeLessThan(64);
}, 60_000);
