/** Uploads to a server that keeps media on its own disk: by PUT, and by tus over connections that break. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createFakeClock, createLastingPerson } from "../../../server/test/setup/fake-clock.ts";
import { type Person, startTestServer, type TestServer } from "../../../server/test/setup/test-server.ts";
import { networkError, PipitError } from "../errors.ts";
import { startUpload } from "./start-upload.ts";
import { startCuttingProxy, textOf, until, watchUpload } from "./upload-site.fixture.ts";
import type { MediaCalls, UploadParts, UploadSnapshot, UploadTask } from "./upload-task.ts";

const mebibyte = 1024 * 1024;
const clock = createFakeClock();
let server: TestServer;
let ada: Person;

beforeAll(async () => {
  server = await startTestServer({ clock, maxUploadBytes: 8 * mebibyte });
  ada = await createLastingPerson(server, "ada");
});
afterAll(() => server?.close());

async function expectArrived(task: UploadTask, bytes: Buffer): Promise<void> {
  const media = await task.done;
  const { origin } = new URL(server.url);
  const response = await fetch(`${origin}/api/v1/chat/media/${media.id}/file`, {
    headers: { authorization: `Bearer ${ada.token}` },
  });
  expect(response.status).toBe(200);
  expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
  expect(task.getSnapshot()).toEqual({ state: "done", sent: bytes.length, total: bytes.length, media });
}

function watchSnapshots(task: UploadTask): UploadSnapshot[] {
  const seen = [task.getSnapshot()];
  task.subscribe(() => {
    if (task.getSnapshot() !== seen.at(-1)) seen.push(task.getSnapshot());
  });
  return seen;
}

const statesOf = (seen: UploadSnapshot[]): string[] =>
  seen.map(({ state }) => state).filter((state, index, all) => state !== all[index - 1]);

/** The same parts, with some calls otherwise. */
function withCall(parts: UploadParts, wrap: (name: string, call: () => Promise<unknown>) => Promise<unknown>) {
  const call = ((name, input, options) => wrap(name, () => parts.call(name, input, options))) as MediaCalls;
  return { ...parts, call };
}

const codeOf = (task: UploadTask): Promise<string> =>
  task.done.then(
    () => "ok",
    (error: unknown) => (error instanceof PipitError ? error.code : String(error)),
  );

describe("a small file", () => {
  it("[D1] goes by one PUT, without the token, and is a medium", async () => {
    const watched = watchUpload(ada);
    const source = textOf(1_000);
    const task = startUpload(watched.parts, source);
    const seen = watchSnapshots(task);
    await expectArrived(task, source.bytes);
    expect(statesOf(seen)).toEqual(["waiting", "uploading", "confirming", "done"]);
    expect(seen.every(Object.isFrozen)).toBe(true);
    expect(watched.calls).toEqual(["media.requestUpload", "media.confirmUpload"]);
    expect(watched.requests.map(({ method, size }) => [method, size])).toEqual([["PUT", 1_000]]);
    expect([...(watched.requests[0]?.headers.keys() ?? [])]).toEqual(["content-type"]);
  });

  it("whose connection breaks is sent again", async () => {
    const proxy = await startCuttingProxy(server.url, [100_000, 400_000]);
    onTestFinished(() => proxy.close());
    const watched = watchUpload(ada, proxy.route);
    const source = textOf(mebibyte);
    const task = startUpload(watched.parts, source);
    const seen = watchSnapshots(task);
    await expectArrived(task, source.bytes);
    expect(proxy.cuts()).toBe(2);
    expect(watched.waits).toEqual([375, 750]);
    expect(seen.find(({ error }) => error)).toMatchObject({ state: "waiting", error: { code: "network" } });
  });

  it("[D1] whose address has expired gets another one", async () => {
    const watched = watchUpload(ada);
    const source = textOf(2_000);
    const task = startUpload(watched.parts, source);
    await until(task, () => task.checkpoint() !== undefined);
    task.pause();
    clock.pass(3_601);
    task.resume();
    await expectArrived(task, source.bytes);
    expect(watched.calls.filter((name) => name === "media.requestUpload")).toHaveLength(2);
    expect(watched.waits).toEqual([]);
  });

  it("[D2] whose confirmation was answered into the void is confirmed again, not sent again", async () => {
    const watched = watchUpload(ada);
    const source = textOf(3_000);
    let lost = 0;
    const parts = withCall(watched.parts, async (name, call) => {
      const answer = await call();
      if (name !== "media.confirmUpload" || lost > 0) return answer;
      lost += 1;
      throw networkError();
    });
    await expectArrived(startUpload(parts, source), source.bytes);
    expect(watched.calls.filter((name) => name === "media.confirmUpload")).toHaveLength(2);
    expect(watched.requests).toHaveLength(1);
  });

  it("waits as long as the server wants, even if it is told to go on", async () => {
    const watched = watchUpload(ada);
    const source = textOf(4_000);
    let refusals = 0;
    const parts = withCall(watched.parts, (_, call) => {
      refusals += 1;
      if (refusals > 1) return call();
      throw new PipitError("rate_limited", { retryable: true, retryAfterMs: 7_000 });
    });
    const task = startUpload(parts, source);
    await until(task, () => task.getSnapshot().error?.code === "rate_limited");
    task.resume();
    await expectArrived(task, source.bytes);
    expect(watched.waits).toEqual([7_375]);
  });
});

describe("what the server refuses is not tried again", () => {
  it.each([
    ["too_large", textOf(9 * mebibyte), ["media.requestUpload"]],
    ["unsupported_type", { ...textOf(10), mimeType: "application/x-sh" }, ["media.requestUpload"]],
    ["invalid_request", { ...textOf(10), blob: new Blob([]) }, ["media.requestUpload"]],
    ["unsupported_type", { ...textOf(10), mimeType: "image/png" }, ["media.requestUpload", "media.confirmUpload"]],
  ])("%s", async (code, source, calls) => {
    const watched = watchUpload(ada);
    const task = startUpload(watched.parts, source);
    expect(await codeOf(task)).toBe(code);
    expect(task.getSnapshot()).toMatchObject({ state: "failed", error: { code, retryable: false } });
    expect([watched.calls, watched.waits]).toEqual([calls, []]);
  });

  it("and a fault of the program's own isn't either", async () => {
    const fault = new TypeError("a fault");
    const parts = withCall(watchUpload(ada).parts, () => Promise.reject(fault));
    const task = startUpload(parts, textOf(10));
    expect(await codeOf(task)).toBe("internal");
    expect(task.getSnapshot().error?.cause).toBe(fault);
  });
});

describe("a large file", () => {
  const options = { resumableFrom: mebibyte, chunkSize: 700_000 };

  it("goes by tus, over connections that break, from where it was", async () => {
    const proxy = await startCuttingProxy(server.url, [300_000, 1_200_000, 5_000, 900_000]);
    onTestFinished(() => proxy.close());
    const watched = watchUpload(ada, proxy.route);
    const source = textOf(3 * mebibyte);
    await expectArrived(startUpload(watched.parts, source, options), source.bytes);
    expect(proxy.cuts()).toBe(4);
    expect(watched.requests.some(({ headers }) => headers.has("authorization"))).toBe(false);
    const offsets = watched.requests.flatMap(({ headers }) => headers.get("upload-offset") ?? []).map(Number);
    expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
    expect(watched.calls.at(-1)).toBe("media.confirmUpload");
  });

  it("whose address has expired gets a fresh one, and goes on from where it was", async () => {
    const watched = watchUpload(ada);
    const source = textOf(2 * mebibyte);
    const task = startUpload(watched.parts, source, options);
    const end = task.subscribe(() => {
      if (task.getSnapshot().sent < 700_000) return;
      end();
      clock.pass(3_601);
    });
    await expectArrived(task, source.bytes);
    expect(watched.calls).toEqual(["media.requestUpload", "media.resumeUpload", "media.confirmUpload"]);
    expect(watched.waits).toEqual([]);
    const offsets = watched.requests.flatMap(({ headers }) => headers.get("upload-offset") ?? []).map(Number);
    expect(offsets).toEqual([0, 700_000, 700_000, 1_400_000]);
  });

  it("stands still while it is paused", async () => {
    const watched = watchUpload(ada);
    const source = textOf(2 * mebibyte);
    const task = startUpload(watched.parts, source, options);
    await until(task, () => task.getSnapshot().sent >= 700_000);
    task.pause();
    const { sent } = task.getSnapshot();
    expect(task.getSnapshot()).toMatchObject({ state: "paused", total: 2 * mebibyte });
    const before = watched.requests.length;
    await ada.rest.get("/media/usage");
    await ada.rest.get("/media/usage");
    expect([watched.requests.length, task.getSnapshot()]).toEqual([
      before,
      { state: "paused", sent, total: 2 * mebibyte },
    ]);
    task.resume();
    expect(task.getSnapshot().state).toBe("waiting");
    await expectArrived(task, source.bytes);
    expect(watched.calls).toEqual(["media.requestUpload", "media.resumeUpload", "media.confirmUpload"]);
  });

  it("that is paused from the start asks for nothing", async () => {
    const watched = watchUpload(ada);
    const source = textOf(500);
    const task = startUpload(watched.parts, source);
    task.pause();
    await ada.rest.get("/media/usage");
    expect([watched.calls, task.getSnapshot().state]).toEqual([[], "paused"]);
    task.resume();
    await expectArrived(task, source.bytes);
  });
});

describe("another task", () => {
  const options = { resumableFrom: mebibyte, chunkSize: 700_000 };
  const copy = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;

  it("goes on with a large file where the first one was", async () => {
    const source = textOf(2 * mebibyte);
    const first = startUpload(watchUpload(ada).parts, source, options);
    await until(first, () => first.getSnapshot().sent >= 700_000);
    first.pause();
    const watched = watchUpload(ada);
    const second = startUpload(watched.parts, source, { ...options, resumeFrom: copy(first.checkpoint()) });
    const seen = watchSnapshots(second);
    await expectArrived(second, source.bytes);
    expect(watched.calls).toEqual(["media.resumeUpload", "media.confirmUpload"]);
    expect(seen.find(({ sent }) => sent > 0)?.sent).toBeGreaterThanOrEqual(700_000);
  });

  it("sends a small file to the same address, and confirms one that was sent", async () => {
    const source = textOf(1_234);
    const first = startUpload(watchUpload(ada).parts, source);
    await until(first, () => first.checkpoint() !== undefined);
    const begun = copy(first.checkpoint());
    first.pause();
    const second = watchUpload(ada);
    await expectArrived(startUpload(second.parts, source, { resumeFrom: begun }), source.bytes);
    expect([second.calls, second.requests.length]).toEqual([["media.confirmUpload"], 1]);
    const third = watchUpload(ada);
    const sent = begun && { ...begun, isSent: true };
    await expectArrived(startUpload(third.parts, source, { resumeFrom: sent }), source.bytes);
    expect([third.calls, third.requests.length]).toEqual([["media.confirmUpload"], 0]);
    // It was confirmed meanwhile, which the checkpoint does not say.
    const fourth = watchUpload(ada);
    await expectArrived(startUpload(fourth.parts, source, { resumeFrom: begun }), source.bytes);
    expect(fourth.calls).toEqual(["media.confirmUpload"]);
  });

  it("starts over when the upload is no more, and with another file", async () => {
    const source = textOf(2 * mebibyte);
    const first = startUpload(watchUpload(ada).parts, source, options);
    const media = await first.done;
    const checkpoint = first.checkpoint();
    await ada.rest.delete(`/media/${media.id}`);
    for (const [isSent, calls] of [
      [false, ["media.resumeUpload"]],
      [true, ["media.confirmUpload"]],
    ] as const) {
      const watched = watchUpload(ada);
      const resumeFrom = checkpoint && { ...checkpoint, isSent };
      await expectArrived(startUpload(watched.parts, source, { ...options, resumeFrom }), source.bytes);
      expect(watched.calls).toEqual([...calls, "media.requestUpload", "media.confirmUpload"]);
    }
    const other = textOf(1_111);
    const watched = watchUpload(ada);
    await expectArrived(startUpload(watched.parts, other, { resumeFrom: checkpoint }), other.bytes);
    expect(watched.calls).toEqual(["media.requestUpload", "media.confirmUpload"]);
  });
});

describe("an upload that is aborted", () => {
  it("ends at once, and the server is told", async () => {
    const watched = watchUpload(ada);
    const task = startUpload(watched.parts, textOf(2 * mebibyte), { resumableFrom: mebibyte, chunkSize: 300_000 });
    await until(task, () => task.getSnapshot().sent > 0);
    task.abort();
    expect(task.getSnapshot().state).toBe("aborted");
    expect(await codeOf(task)).toBe("aborted");
    await expect.poll(() => watched.calls).toEqual(["media.requestUpload", "media.delete"]);
    task.resume();
    expect(task.getSnapshot()).toMatchObject({ state: "aborted", error: undefined });
  });

  it("while it is confirmed is no medium afterwards", async () => {
    const watched = watchUpload(ada);
    const task = startUpload(watched.parts, textOf(1_000));
    await until(task, () => task.getSnapshot().state === "confirming");
    task.abort();
    await expect.poll(() => watched.calls.at(-1)).toBe("media.delete");
    const { uploadId = "" } = task.checkpoint() ?? {};
    await expect.poll(async () => (await ada.rest.get(`/media/${uploadId}`)).status).toBe(404);
    expect(task.getSnapshot()).toMatchObject({ state: "aborted", error: undefined });
  });

  it("while it is promised is forgotten once it was", async () => {
    const watched = watchUpload(ada);
    const task = startUpload(watched.parts, textOf(1_000));
    await until(task, () => true);
    await expect.poll(() => watched.calls).toEqual(["media.requestUpload"]);
    task.abort();
    await expect.poll(() => watched.calls).toEqual(["media.requestUpload", "media.delete"]);
    expect(watched.requests).toEqual([]);
  });

  it("by its checkpoint alone is forgotten too", async () => {
    const source = textOf(1_000);
    const first = startUpload(watchUpload(ada).parts, source);
    await until(first, () => first.checkpoint() !== undefined);
    first.pause();
    const watched = watchUpload(ada);
    startUpload(watched.parts, source, { resumeFrom: first.checkpoint() }).abort();
    await expect.poll(() => watched.calls).toEqual(["media.delete"]);
    first.abort();
  });

  it("says when the server could not be told", async () => {
    const watched = watchUpload(ada);
    const parts = withCall(watched.parts, (name, call) =>
      name === "media.delete" ? Promise.reject(networkError()) : call(),
    );
    const task = startUpload(parts, textOf(1_000));
    await until(task, () => task.checkpoint() !== undefined);
    task.abort();
    await until(task, () => task.getSnapshot().error !== undefined);
    expect(task.getSnapshot()).toMatchObject({ state: "aborted", error: { code: "network" } });
    expect(watched.waits).toHaveLength(4);
  });

  it("before anything was asked, or when it is done, changes nothing", async () => {
    const watched = watchUpload(ada);
    const early = startUpload(watched.parts, textOf(10));
    early.abort();
    expect(await codeOf(early)).toBe("aborted");
    const task = startUpload(watched.parts, textOf(10));
    const media = await task.done;
    task.abort();
    expect(task.getSnapshot().state).toBe("done");
    expect((await ada.rest.get(`/media/${media.id}`)).status).toBe(200);
    expect(watched.calls).toEqual(["media.requestUpload", "media.confirmUpload"]);
  });
});
