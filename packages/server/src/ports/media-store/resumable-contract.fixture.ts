/** What every adapter of the port `MediaStore` must do with uploads that are made in pieces. */
import { expect } from "vitest";
import type { MediaStore, ResumableTarget, UploadPromise } from "./media-store.ts";
import { sendSome } from "./send-upload.fixture.ts";
import { freshPrefix, get, type Rule } from "./store-under-test.fixture.ts";

const mebibyte = 1024 * 1024;

function promiseOf(size: number): UploadPromise {
  return { contentType: "video/mp4", size, expiresAt: new Date(Date.now() + 600_000) };
}

async function resume(
  store: MediaStore,
  key: string,
  handle: string,
  promise: UploadPromise,
): Promise<ResumableTarget> {
  const target = await store.resumable.resume(key, handle, promise);
  if (target === undefined) throw new Error("the upload is not open");
  return target;
}

async function expectNothing(store: MediaStore, key: string): Promise<void> {
  expect(await store.stat(key)).toBeUndefined();
  expect(await store.read(key)).toBeUndefined();
  for await (const listed of store.list(`${key.split("/")[0]}/`)) throw new Error(`there is ${listed.key}`);
}

export const resumableRules: Record<string, Rule> = {
  "makes an object of an upload that was interrupted, and not before all of it is there": async ({ store }, bytes) => {
    const [key, body] = [`${freshPrefix()}film.mp4`, bytes(19 * mebibyte + 1)];
    const promise = promiseOf(body.length);
    const handle = await store.resumable.start(key, promise);
    expect(handle.length).toBeLessThanOrEqual(1024);
    for (let round = 0; round < 3; round += 1) {
      expect(await store.resumable.finish(key, handle, promise)).toBe(false);
      await expectNothing(store, key);
      await sendSome(await resume(store, key, handle, promise), body, { bytes: 8 * mebibyte, parts: 1 });
    }
    expect(await store.resumable.finish(key, handle, promise)).toBe(true);
    expect((await get(store, key))?.equals(body)).toBe(true);
    expect(await store.resumable.finish(key, handle, promise)).toBe(true);
    expect(await store.resumable.resume(key, handle, promise)).toBeUndefined();
  },

  "finishes once when it is asked to many times at once": async ({ store }, bytes) => {
    const [key, body] = [`${freshPrefix()}film.mp4`, bytes(mebibyte)];
    const promise = promiseOf(body.length);
    const handle = await store.resumable.start(key, promise);
    await sendSome(await resume(store, key, handle, promise), body, { bytes: body.length, parts: 1 });
    const finished = await Promise.all([1, 2, 3].map(() => store.resumable.finish(key, handle, promise)));
    expect(finished).toEqual([true, true, true]);
    expect((await get(store, key))?.equals(body)).toBe(true);
  },

  "takes no piece that is larger than promised": async ({ store }, bytes) => {
    const key = `${freshPrefix()}film.mp4`;
    const promise = promiseOf(100_000);
    const handle = await store.resumable.start(key, promise);
    const target = await resume(store, key, handle, promise);
    const larger =
      target.protocol === "tus"
        ? target
        : { ...target, parts: target.parts.map((part) => ({ ...part, size: part.size + 1 })) };
    const sending = sendSome(larger, bytes(100_001), { bytes: 100_001, parts: 1 });
    await expect(sending).rejects.toThrow(/refused: 4/);
    expect(await store.resumable.finish(key, handle, promise)).toBe(false);
    await expectNothing(store, key);
  },

  "gives an upload up, twice if need be": async ({ store }, bytes) => {
    const [key, body] = [`${freshPrefix()}film.mp4`, bytes(1_000)];
    const promise = promiseOf(body.length);
    const handle = await store.resumable.start(key, promise);
    const target = await resume(store, key, handle, promise);
    await sendSome(target, body, { bytes: 500, parts: 1 });
    for (let round = 0; round < 2; round += 1) await store.resumable.abort(key, handle);
    expect(await store.resumable.resume(key, handle, promise)).toBeUndefined();
    expect(await store.resumable.finish(key, handle, promise)).toBe(false);
    await expect(sendSome(target, body, { bytes: 500, parts: 1 })).rejects.toThrow();
    await expectNothing(store, key);
  },

  "removes old unfinished uploads, and neither young ones nor objects": async ({ store }, bytes) => {
    const prefix = freshPrefix();
    const promise = promiseOf(1_000);
    const keys = [`${prefix}a`, `${prefix}b`, `${prefix}c`];
    const handles = await Promise.all(keys.map((key) => store.resumable.start(key, promise)));
    const [done, doneHandle] = [keys[2] ?? "", handles[2] ?? ""];
    await sendSome(await resume(store, done, doneHandle, promise), bytes(1_000), { bytes: 1_000, parts: 1 });
    expect(await store.resumable.finish(done, doneHandle, promise)).toBe(true);
    await store.removeUnfinished("", new Date(Date.now() - 3_600_000));
    for (const n of [0, 1]) await resume(store, keys[n] ?? "", handles[n] ?? "", promise);
    expect(await store.removeUnfinished("", new Date(Date.now() + 3_600_000))).toBeGreaterThanOrEqual(2);
    for (const n of [0, 1]) {
      expect(await store.resumable.resume(keys[n] ?? "", handles[n] ?? "", promise)).toBeUndefined();
    }
    expect(await store.stat(done)).toMatchObject({ size: 1_000 });
  },
};
