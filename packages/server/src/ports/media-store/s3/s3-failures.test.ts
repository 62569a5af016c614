/** What the store makes of a service that fails, refuses or hangs. */
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { AppError } from "../../../app-error.ts";
import type { MediaStore } from "../media-store.ts";
import { get, put } from "../store-under-test.fixture.ts";
import { type S3Gateway, startS3, testAccount } from "./s3-gateway.fixture.ts";
import { createS3Store } from "./s3-store.ts";
import { type GapRequest, refuse } from "./s3rver-gaps.fixture.ts";

let gateway: S3Gateway;
let tempDir: string;
let store: MediaStore;

beforeAll(async () => {
  gateway = await startS3();
  tempDir = await mkdtemp(join(tmpdir(), "pipit-lent-"));
  store = openStore();
  await put(store, "there", Buffer.from("bytes that are there"));
});
afterEach(() => gateway.intercept());
afterAll(async () => {
  await gateway.close();
  await rm(tempDir, { recursive: true });
});

function openStore(options: Partial<Parameters<typeof createS3Store>[0]> = {}): MediaStore {
  const { endpoint, bucket } = gateway;
  const service = { ...testAccount, endpoint, bucket, pathStyle: true };
  return createS3Store({ ...service, tempDir, now: () => new Date(), timeoutMs: 500, pauseMs: 1, ...options });
}

function answerWith(response: ServerResponse, status: number, code: string): true {
  const { headers, body } = refuse(status, code, "told by a test");
  response.writeHead(status, { ...headers, "content-length": body.length }).end(body);
  return true;
}

async function failureOf(call: Promise<unknown>): Promise<AppError> {
  const error: unknown = await call.catch((reason: unknown) => reason);
  if (!(error instanceof AppError)) throw new Error(`no AppError but ${String(error)}`);
  return error;
}

const calls: Record<string, () => Promise<unknown>> = {
  stat: () => store.stat("there"),
  read: () => store.read("there"),
  "a range": () => store.read("there", { start: 0, end: 3 }),
  write: () => put(store, "other", Buffer.from("x")),
  remove: () => store.remove("other"),
  check: () => store.check(),
  start: () => store.resumable.start("other", { contentType: "video/mp4", size: 1, expiresAt: new Date(4e12) }),
};

describe("a service that fails for the moment", () => {
  it.each(Object.keys(calls))("is asked again, within limits: %s", async (name) => {
    let failures = 2;
    gateway.intercept((_request, response) => failures-- > 0 && answerWith(response, 503, "SlowDown"));
    await calls[name]?.();
    let asked = 0;
    gateway.intercept((_request, response) => {
      asked += 1;
      return answerWith(response, 500, "InternalError");
    });
    expect((await failureOf(calls[name]?.() ?? Promise.resolve())).code).toBe("unavailable");
    expect(asked).toBe(3);
  });

  it.each([
    [429, "TooManyRequests", "unavailable"],
    [502, "", "unavailable"],
    [403, "SignatureDoesNotMatch", "unavailable"],
    [403, "RequestTimeTooSkewed", "unavailable"],
    [301, "PermanentRedirect", "unavailable"],
    [404, "NoSuchBucket", "unavailable"],
    [501, "NotImplemented", "unavailable"],
    [507, "XMinioStorageFull", "storage_full"],
    [403, "QuotaExceeded", "storage_full"],
    [400, "EntityTooLarge", "storage_full"],
    [503, "StorageFull", "storage_full"],
  ])("that answers %i %s is told as %s", async (status, code, told) => {
    gateway.intercept((_request, response) => answerWith(response, status, code));
    const failure = await failureOf(put(store, "other", Buffer.from("x")));
    expect(failure.code).toBe(told);
    expect(failure.message).not.toContain("test");
    expect(String(failure.cause)).toContain(String(status));
  });

  it("is told apart from a call that S3 finds wrong, which is our fault", async () => {
    gateway.intercept((_request, response) => answerWith(response, 400, "InvalidArgument"));
    await expect(store.stat("there")).rejects.toThrow(/S3 answered 400/);
    await expect(put(store, "other", Buffer.from("x"))).rejects.not.toBeInstanceOf(AppError);
  });

  it("is unavailable when it hangs, before the answer or in it", async () => {
    gateway.intercept(() => true);
    expect((await failureOf(store.stat("there"))).code).toBe("unavailable");
    gateway.intercept((_request, response) => {
      response.writeHead(200, { "content-length": 20, etag: '"e"', "last-modified": new Date().toUTCString() });
      return response.write("half");
    });
    expect((await failureOf(get(store, "there"))).code).toBe("unavailable");
  });

  it("is unavailable when its answer breaks off, and no lent file is left", async () => {
    gateway.intercept((_request, response) => {
      response.writeHead(200, { "content-length": 20, etag: '"e"', "last-modified": new Date().toUTCString() });
      response.write("half", () => response.destroy());
      return true;
    });
    expect((await failureOf(get(store, "there"))).code).toBe("unavailable");
    expect((await failureOf(store.withLocalFile("there", async () => "used"))).code).toBe("unavailable");
    expect(await readdir(tempDir)).toEqual([]);
  });

  it("is unavailable when the bucket is missing, also where S3 does not say which is missing", async () => {
    const other = openStore({ bucket: "no-such-bucket" });
    for (const call of [() => other.stat("there"), () => other.read("there"), () => other.check()]) {
      expect((await failureOf(call())).code).toBe("unavailable");
    }
  });

  it("refuses the keys of strangers, which is told to the log and to nobody else", async () => {
    const failure = await failureOf(openStore({ secretAccessKey: "another" }).read("there"));
    expect(failure.code).toBe("unavailable");
    expect(String(failure.cause)).toMatch(/are the keys right/);
    expect(failure.message).not.toContain("key");
  });
});

describe("a copy", () => {
  it("has failed if S3 says so after it said 200", async () => {
    const etag = (await store.stat("there"))?.etag ?? "";
    gateway.intercept((request, response) => {
      if (request.headers["x-amz-copy-source"] === undefined) return false;
      const { body } = refuse(200, "InternalError", "late");
      response.writeHead(200, { "content-length": body.length }).end(body);
      return true;
    });
    expect((await failureOf(store.copy("there", "copied", etag, "image/png"))).code).toBe("unavailable");
  });

  it("is not made of an object that changed after it was looked at", async () => {
    await put(store, "changing", Buffer.from("one"));
    const etag = (await store.stat("changing"))?.etag ?? "";
    const seen: GapRequest[] = [];
    gateway.intercept((request, response) => {
      seen.push(request);
      return request.method === "PUT" && answerWith(response, 412, "PreconditionFailed");
    });
    expect(await store.copy("changing", "copied", etag, "image/png")).toBe(false);
    expect(seen.at(-1)?.headers["x-amz-copy-source-if-match"]).toBe(`"${etag}"`);
  });
});

describe("what is too large for one request", () => {
  const large = randomBytes(13 * 1024 * 1024);

  beforeAll(async () => {
    await store.removeUnfinished("", new Date(4e12));
  });

  it("is sent and copied in parts", async () => {
    const parts = openStore({ limits: { singlePut: 1024, singleCopy: 6 * 1024 * 1024 } });
    await put(parts, "large", large);
    expect((await get(store, "large"))?.equals(large)).toBe(true);
    const etag = (await store.stat("large"))?.etag ?? "";
    expect(await parts.copy("large", "large-copy", etag, "image/png")).toBe(true);
    expect((await get(store, "large-copy"))?.equals(large)).toBe(true);
    expect(await store.removeUnfinished("", new Date(4e12))).toBe(0);
  });

  it("leaves nothing when a part fails", async () => {
    gateway.intercept(
      (request, response) => request.query.get("partNumber") === "2" && answerWith(response, 500, "InternalError"),
    );
    const parts = openStore({ limits: { singlePut: 1024 } });
    expect((await failureOf(put(parts, "failing", large))).code).toBe("unavailable");
    expect(await store.stat("failing")).toBeUndefined();
    expect(await store.removeUnfinished("", new Date(4e12))).toBe(0);
  });
});
