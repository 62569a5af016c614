/** Resumable uploads over tus: what clients may do, and what two of them at once can't break. */
import { randomBytes } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { Upload } from "tus-js-client";
import { describe, expect, it, onTestFinished } from "vitest";
import type { UploadPromise } from "../media-store.ts";
import { findOffset, patch } from "../send-upload.fixture.ts";
import { get } from "../store-under-test.fixture.ts";
import { openDisk, promiseOf } from "./disk.fixture.ts";
import { createDiskStore, type DiskStore } from "./disk-store.ts";
import { serveUploads } from "./upload-routes.fixture.ts";
import { createUploadUrls } from "./upload-urls.ts";

type Opened = { store: DiskStore; url: string; handle: string; root: string; promise: UploadPromise };

/** A store behind real routes, and an upload that was started in it. */
async function openUpload(size: number): Promise<Opened> {
  const { root } = await openDisk();
  const routes = await serveUploads();
  onTestFinished(() => routes.close());
  const now = () => new Date();
  const uploadUrls = createUploadUrls({ secret: "a secret of tests", baseUrl: () => routes.url, now });
  const store = createDiskStore({ root, uploadUrls, now });
  routes.use(store, uploadUrls);
  const promise = promiseOf(size);
  const handle = await store.resumable.start("film", promise);
  const target = await store.resumable.resume("film", handle, promise);
  if (target?.protocol !== "tus") throw new Error("no tus upload");
  return { store, url: target.url, handle, root, promise };
}

async function call(url: string, method: string, headers: Record<string, string> = {}): Promise<Response> {
  return await fetch(url, { method, headers: { "tus-resumable": "1.0.0", ...headers } });
}

describe("a client", () => {
  it("of the tus library uploads to the address that it is given", async () => {
    const body = randomBytes(3_000_000);
    const { store, url, handle, promise } = await openUpload(body.length);
    await new Promise<void>((resolve, reject) => {
      const options = { uploadUrl: url, chunkSize: 1_000_000, retryDelays: null, onError: reject };
      new Upload(body, { ...options, onSuccess: () => resolve() }).start();
    });
    expect(await store.resumable.finish("film", handle, promise)).toBe(true);
    expect((await get(store, "film"))?.equals(body)).toBe(true);
  });

  it("learns the protocol's version, and of no extension", async () => {
    const { url } = await openUpload(10);
    const answer = await call(url, "OPTIONS");
    expect(answer.status).toBe(204);
    expect(answer.headers.get("tus-version")).toBe("1.0.0");
    expect(answer.headers.get("tus-extension")).toBeNull();
  });

  it.each(["POST", "DELETE", "GET", "PUT"])("can't call %s", async (method) => {
    const { url, root } = await openUpload(10);
    expect((await call(url, method, { "upload-length": "5" })).status).toBe(405);
    expect((await call(url, "POST", { "x-http-method-override": "DELETE" })).status).toBe(405);
    expect(await readdir(join(root, "resumable"))).toHaveLength(1);
    expect(await findOffset(url)).toBe(0);
  });

  it("can't send more than was promised, nor make the promise larger", async () => {
    const { store, url, handle, promise } = await openUpload(10);
    expect((await patch(url, 0, randomBytes(11))).status).toBe(413);
    expect(await findOffset(url)).toBe(0);
    const chunked = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(4)),
    });
    const headers = {
      "tus-resumable": "1.0.0",
      "upload-offset": "0",
      "content-type": "application/offset+octet-stream",
    };
    const endless = { method: "PATCH", headers, body: chunked, duplex: "half" } as const;
    expect(
      await fetch(url, endless).then(
        (answer) => answer.status,
        () => 413,
      ),
    ).toBe(413);
    const offset = await findOffset(url);
    expect(offset).toBeLessThanOrEqual(10);
    const raise = await fetch(url, {
      method: "PATCH",
      headers: { ...headers, "upload-offset": String(offset), "upload-length": "99" },
    });
    expect(raise.status).toBeGreaterThanOrEqual(400);
    expect((await patch(url, offset, randomBytes(10 - offset))).status).toBe(204);
    expect(await store.resumable.finish("film", handle, promise)).toBe(true);
    expect(await store.stat("film")).toMatchObject({ size: 10 });
  });

  it("can't write at another place than the end", async () => {
    const { url } = await openUpload(10);
    expect((await patch(url, 0, Buffer.from("12345"))).status).toBe(204);
    for (const offset of [0, 4, 6]) expect((await patch(url, offset, Buffer.from("x"))).status).toBe(409);
    expect(await findOffset(url)).toBe(5);
  });

  it("finds nothing any more when the upload is finished", async () => {
    const { store, url, handle, promise } = await openUpload(3);
    await patch(url, 0, Buffer.from("abc"));
    expect(await store.resumable.finish("film", handle, promise)).toBe(true);
    expect((await patch(url, 3, Buffer.from("d"))).status).toBe(410);
    expect((await call(url, "HEAD")).status).toBe(410);
    expect(String(await get(store, "film"))).toBe("abc");
  });

  it("is told no path nor message of the machine when something is broken", async () => {
    const { url, root } = await openUpload(10);
    const [name = ""] = await readdir(join(root, "resumable"));
    await rm(join(root, "resumable", name));
    await mkdir(join(root, "resumable", name));
    const answer = await patch(url, 0, Buffer.from("x"));
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(await answer.text()).not.toContain(root);
  });
});

describe("two requests at once", () => {
  it("never mix: the upload has one client's bytes", async () => {
    const size = 2_000_000;
    for (let round = 0; round < 5; round += 1) {
      const { store, url, handle, promise } = await openUpload(size);
      const bodies = [1, 2, 3].map((client) => Buffer.alloc(size, client));
      const answers = await Promise.all(bodies.map((body) => patch(url, 0, body)));
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 409, 409]);
      expect(await store.resumable.finish("film", handle, promise)).toBe(true);
      const winner = answers.findIndex(({ status }) => status === 204);
      expect((await get(store, "film"))?.equals(bodies[winner] ?? Buffer.alloc(0))).toBe(true);
    }
  });

  it("are in turn: the one that hangs is ended for the one that comes back", async () => {
    const { store, url, handle, promise } = await openUpload(8);
    const { hostname, port, pathname } = new URL(url);
    const socket = connect(Number(port), hostname);
    onTestFinished(() => void socket.destroy());
    const head = [
      `PATCH ${pathname} HTTP/1.1`,
      "Host: x",
      "Tus-Resumable: 1.0.0",
      "Upload-Offset: 0",
      "Content-Type: application/offset+octet-stream",
      "Content-Length: 8",
    ];
    await new Promise<void>((resolve) => {
      socket.write(`${head.join("\r\n")}\r\n\r\n1234`, () => resolve());
    });
    let offset = await findOffset(url);
    // The server may not have read what was sent when it is first asked.
    while (offset === 0) offset = await findOffset(url);
    expect(offset).toBe(4);
    expect((await patch(url, 4, Buffer.from("5678"))).status).toBe(204);
    expect(await store.resumable.finish("film", handle, promise)).toBe(true);
    expect(String(await get(store, "film"))).toBe("12345678");
  });
});

describe("starting", () => {
  it("twice goes on with what has come", async () => {
    const { store, url, handle, promise } = await openUpload(8);
    await patch(url, 0, Buffer.from("1234"));
    expect(await store.resumable.start("film", promise)).toBe(handle);
    expect(await findOffset(url)).toBe(4);
  });

  it("gives a handle that is good for its key alone", async () => {
    const { store, handle, promise } = await openUpload(8);
    await expect(store.resumable.resume("other", handle, promise)).rejects.toThrow(/not the handle/);
    await expect(store.resumable.abort("film", "../objects/film")).rejects.toThrow(/not the handle/);
  });
});
