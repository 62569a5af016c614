/** Uploads to a server that keeps media in a bucket: straight to it, by PUT or in parts. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openS3Site, type S3Site } from "../../../server/test/setup/s3-site.ts";
import type { Person } from "../../../server/test/setup/test-server.ts";
import { startUpload } from "./start-upload.ts";
import { textOf, until, type Watched, watchUpload } from "./upload-site.fixture.ts";
import type { UploadTask } from "./upload-task.ts";

const mebibyte = 1024 * 1024;
const partSize = 8 * mebibyte;
let site: S3Site;
let ada: Person;

beforeAll(async () => {
  site = await openS3Site();
  ada = await site.server.person("ada");
});
afterEach(() => site?.s3.intercept());
afterAll(() => site?.close());

async function expectArrived(task: UploadTask, bytes: Buffer): Promise<void> {
  const media = await task.done;
  const response = await fetch(`${site.server.url}/api/v1/chat/media/${media.id}/file`, {
    headers: { authorization: `Bearer ${ada.token}` },
  });
  expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
  expect(task.getSnapshot()).toMatchObject({ state: "done", sent: bytes.length });
}

const partOf = (query: URLSearchParams): string => query.get("partNumber") ?? "-";
const partsSent = ({ requests }: Watched): string[] => requests.map(({ url }) => partOf(url.searchParams));

it("a small file goes by one PUT, with nothing but its type", async () => {
  const watched = watchUpload(ada);
  const source = textOf(10_000);
  await expectArrived(startUpload(watched.parts, source), source.bytes);
  expect(watched.requests).toMatchObject([{ method: "PUT", size: 10_000 }]);
  expect(watched.requests[0]?.url.origin).toBe(site.s3.endpoint);
  expect([...(watched.requests[0]?.headers.keys() ?? [])]).toEqual(["content-type"]);
});

describe("a large file", () => {
  const source = textOf(2 * partSize + 5);
  // Of one part, which shows as much of what becomes of refusals.
  const small = textOf(mebibyte);
  const options = { resumableFrom: mebibyte };

  it("goes in parts, three at once, of which those that fail are sent again", async () => {
    const source = textOf(3 * partSize + 5);
    const watched = watchUpload(ada);
    const failures = ["503", "hang up", "500"];
    site.s3.intercept(({ method, query }, response) => {
      if (method !== "PUT" || partOf(query) !== "2") return false;
      const failure = failures.shift();
      if (failure === undefined) return false;
      if (failure === "hang up") response.destroy();
      else response.writeHead(Number(failure), failure === "503" ? { "retry-after": "5" } : {}).end();
      return true;
    });
    const task = startUpload(watched.parts, source);
    await expectArrived(task, source.bytes);
    expect(partsSent(watched).toSorted()).toEqual(["1", "2", "2", "2", "2", "3", "4"]);
    expect(watched.mostAtOnce()).toBe(3);
    expect(watched.requests.every(({ headers }) => [...headers.keys()].length === 0)).toBe(true);
    expect(watched.calls).toEqual(["media.requestUpload", "media.confirmUpload"]);
    expect(watched.waits).toEqual([5_375, 750, 1_500]);
  });

  it("asks for fresh addresses when its own are refused, and sends what is missing", async () => {
    const watched = watchUpload(ada);
    site.s3.intercept(({ method, query }, response) => {
      if (method !== "PUT" || partOf(query) === "1" || watched.calls.includes("media.resumeUpload")) return false;
      response.writeHead(403).end("<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>");
      return true;
    });
    await expectArrived(startUpload(watched.parts, source), source.bytes);
    expect(watched.calls).toEqual(["media.requestUpload", "media.resumeUpload", "media.confirmUpload"]);
    expect(partsSent(watched).filter((part) => part === "1")).toHaveLength(1);
  });

  it("gives up when its addresses are refused again and again", async () => {
    const watched = watchUpload(ada);
    site.s3.intercept(({ method, query }, response) => {
      if (method !== "PUT" || partOf(query) === "-") return false;
      response.writeHead(403).end();
      return true;
    });
    const task = startUpload(watched.parts, small, options);
    await expect(task.done).rejects.toMatchObject({ code: "forbidden", retryable: false });
    expect(watched.calls.filter((name) => name === "media.resumeUpload")).toHaveLength(4);
    expect(task.getSnapshot()).toMatchObject({ state: "failed", sent: 0, error: { code: "forbidden" } });
  });

  it("asks for fresh addresses when the network fails for long", async () => {
    const watched = watchUpload(ada);
    site.s3.intercept(({ method, query }, response) => {
      const isBroken = method === "PUT" && partOf(query) === "1" && !watched.calls.includes("media.resumeUpload");
      if (isBroken) response.destroy();
      return isBroken;
    });
    await expectArrived(startUpload(watched.parts, small, options), small.bytes);
    expect(watched.calls).toEqual(["media.requestUpload", "media.resumeUpload", "media.confirmUpload"]);
    expect(partsSent(watched).filter((part) => part === "1")).toHaveLength(5);
  });

  it("is gone on with by another task, part by part", async () => {
    const first = startUpload(watchUpload(ada).parts, source);
    await until(first, () => first.getSnapshot().sent >= partSize);
    first.pause();
    const watched = watchUpload(ada);
    const resumeFrom = JSON.parse(JSON.stringify(first.checkpoint()));
    const second = startUpload(watched.parts, source, { resumeFrom });
    await expectArrived(second, source.bytes);
    expect(watched.calls).toEqual(["media.resumeUpload", "media.confirmUpload"]);
    expect(watched.requests.length).toBeLessThan(5);
    // The first one finds that there is nothing left to do.
    first.resume();
    expect((await first.done).id).toBe((await second.done).id);
  });

  it("of which the store knows nothing any more is sent anew", async () => {
    const first = startUpload(watchUpload(ada).parts, small, options);
    await until(first, () => first.checkpoint() !== undefined);
    first.pause();
    let lost: string | null = null;
    site.s3.intercept(({ method, query }, response) => {
      const uploadId = query.get("uploadId");
      if (uploadId !== null) lost ??= uploadId;
      if (method !== "GET" || uploadId === null || uploadId !== lost) return false;
      response.writeHead(404).end("<Error><Code>NoSuchUpload</Code><Message>gone</Message></Error>");
      return true;
    });
    const watched = watchUpload(ada);
    const task = startUpload(watched.parts, small, { ...options, resumeFrom: first.checkpoint() });
    await expectArrived(task, small.bytes);
    expect(watched.calls).toEqual([
      ...(["media.resumeUpload", "media.confirmUpload"] as const),
      ...(["media.requestUpload", "media.confirmUpload"] as const),
    ]);
  });

  it("that was not all sent, though its checkpoint says so, is gone on with", async () => {
    const first = startUpload(watchUpload(ada).parts, small, options);
    await until(first, () => first.checkpoint() !== undefined);
    first.pause();
    const checkpoint = first.checkpoint();
    const resumeFrom = checkpoint && { ...checkpoint, isSent: true };
    const watched = watchUpload(ada);
    await expectArrived(startUpload(watched.parts, small, { ...options, resumeFrom }), small.bytes);
    expect(watched.calls).toEqual(["media.confirmUpload", "media.resumeUpload", "media.confirmUpload"]);
  });

  it("is left when it is aborted, with no part begun after that", async () => {
    const watched = watchUpload(ada);
    const task = startUpload(watched.parts, source);
    await until(task, () => task.getSnapshot().sent >= partSize);
    task.abort();
    const { length } = watched.requests;
    await expect(task.done).rejects.toMatchObject({ code: "aborted" });
    await expect.poll(() => watched.calls).toEqual(["media.requestUpload", "media.delete"]);
    expect(watched.requests.length).toBe(length);
  });
});
