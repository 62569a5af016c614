/** Fills the small disk that it is given, and tells on its output what the store made of that. */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createDiskStore } from "./disk-store.ts";
import { createUploadUrls } from "./upload-urls.ts";

const [disk = "", elsewhere = ""] = process.argv.slice(2);
const mebibyte = 1024 * 1024;
const now = () => new Date();
const uploadUrls = createUploadUrls({ secret: "a secret of tests", baseUrl: () => "http://127.0.0.1", now });
const store = createDiskStore({ root: join(disk, "media"), uploadUrls, now });
const promiseOf = (size: number) => ({ contentType: "video/mp4", size, expiresAt: new Date(Date.now() + 600_000) });

async function* bytes(size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < size; at += 65_536) yield new Uint8Array(Math.min(65_536, size - at)).fill(at / 65_536);
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  return await call.then(
    () => "done",
    (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : String(error)),
  );
}

async function sendTus(size: number, offset: number): Promise<number> {
  const headers = {
    "tus-resumable": "1.0.0",
    "upload-offset": String(offset),
    "content-type": "application/offset+octet-stream",
  };
  const body = ReadableStream.from(bytes(size - offset));
  const request = new Request("http://127.0.0.1/x", { method: "PATCH", headers, body, duplex: "half" });
  return (await store.handleTus(request, "film", promiseOf(size))).status;
}

async function offsetOf(size: number): Promise<number> {
  const request = new Request("http://127.0.0.1/x", { method: "HEAD", headers: { "tus-resumable": "1.0.0" } });
  const answer = await store.handleTus(request, "film", promiseOf(size));
  return Number(answer.headers.get("upload-offset"));
}

async function listKeys(): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list("")) keys.push(key);
  return keys.sort();
}

// The disk has 32 MiB: beside this there are 4.
const filler = join(disk, "filler");
await writeFile(filler, new Uint8Array(28 * mebibyte));

const large = 6 * mebibyte;
const file = join(elsewhere, "large");
await writeFile(file, new Uint8Array(large));

/** Every way of writing, each ending with its code. */
async function writeAll() {
  return {
    receive: await codeOf(store.receive("received", promiseOf(large), bytes(large))),
    writeFile: await codeOf(store.writeFile("written", file, "video/mp4")),
    tus: await sendTus(large, await offsetOf(large)),
  };
}

await store.receive("kept", promiseOf(mebibyte), bytes(mebibyte));
const handle = await store.resumable.start("film", promiseOf(large));
const full = await writeAll();
const whenFull = {
  ...full,
  keys: await listKeys(),
  finish: await store.resumable.finish("film", handle, promiseOf(large)),
  kept: (await store.stat("kept"))?.size,
  check: await codeOf(store.check()),
  offset: await offsetOf(large),
};
await rm(filler);
const recovered = await writeAll();
const whenRoomy = {
  ...recovered,
  finish: await store.resumable.finish("film", handle, promiseOf(large)),
  keys: await listKeys(),
  check: await codeOf(store.check()),
};
process.stdout.write(JSON.stringify({ whenFull, whenRoomy }));
