/** What every adapter of the port `MediaStore` must do with uploads of one request. */
import { expect } from "vitest";
import type { UploadPromise } from "./media-store.ts";
import { breakOff, send } from "./send-upload.fixture.ts";
import { freshPrefix, get, type Rule } from "./store-under-test.fixture.ts";

function promiseOf(size: number, seconds = 600): UploadPromise {
  return { contentType: "image/png", size, expiresAt: new Date(Date.now() + seconds * 1000) };
}

export const uploadRules: Record<string, Rule> = {
  "takes an upload that is as promised": async ({ store }, bytes) => {
    const [key, body] = [`${freshPrefix()}up.png`, bytes(700_000)];
    const target = await store.presignUpload(key, promiseOf(body.length));
    expect(target.headers).toEqual({ "content-type": "image/png" });
    expect(await send(target, body)).toBe(200);
    expect(await get(store, key)).toEqual(body);
  },

  "refuses an upload of another size or type, and nothing of it is there": async ({ store }, bytes) => {
    const key = `${freshPrefix()}up.png`;
    const target = await store.presignUpload(key, promiseOf(50_000));
    const statuses = [
      await send(target, bytes(50_001)),
      await send(target, bytes(49_999)),
      await send(target, bytes(0)),
      await send(target, bytes(50_000), { "content-type": "text/html" }),
      await send(target, bytes(50_000), {}),
    ];
    for (const status of statuses) expect(status).toBeGreaterThanOrEqual(400);
    expect(await store.stat(key)).toBeUndefined();
    expect(await send(target, bytes(50_000))).toBe(200);
  },

  "refuses an upload whose address was tampered with": async ({ store }, bytes) => {
    const key = `${freshPrefix()}up.png`;
    const target = await store.presignUpload(key, promiseOf(10));
    const { url } = target;
    const forged = [`${url}0`, url.replace(/.$/, (last) => (last === "0" ? "1" : "0")), url.replace("media", "medib")];
    if (url.includes("X-Amz-Expires=")) {
      forged.push(url.replace(key, `${key}2`), url.replace(/X-Amz-Expires=\d+/, "X-Amz-Expires=604800"));
    }
    for (const one of forged.filter((other) => other !== url)) {
      expect(await send({ ...target, url: one }, bytes(10))).toBeGreaterThanOrEqual(400);
    }
    expect(await store.stat(key)).toBeUndefined();
    expect(await store.stat(`${key}2`)).toBeUndefined();
  },

  "refuses an upload whose time is over": async ({ store, shiftClock }, bytes) => {
    const key = `${freshPrefix()}up.png`;
    shiftClock(-7_200);
    const target = await store.presignUpload(key, promiseOf(10, -3_600));
    shiftClock(0);
    expect(await send(target, bytes(10))).toBeGreaterThanOrEqual(400);
    expect(await store.stat(key)).toBeUndefined();
  },

  "has nothing of an upload that was broken off, and takes it anew": async ({ store }, bytes) => {
    const [key, body] = [`${freshPrefix()}up.png`, bytes(2_000_000)];
    const target = await store.presignUpload(key, promiseOf(body.length));
    for (let round = 0; round < 3; round += 1) {
      await breakOff(target, body);
      expect(await store.stat(key)).toBeUndefined();
      expect(await store.read(key)).toBeUndefined();
    }
    expect(await send(target, body)).toBe(200);
    expect(await get(store, key)).toEqual(body);
  },

  "takes one of many uploads at once whole": async ({ store, takesOnce }) => {
    const key = `${freshPrefix()}up.png`;
    const target = await store.presignUpload(key, promiseOf(100_000));
    const bodies = Array.from({ length: 6 }, (_, n) => Buffer.alloc(100_000, n));
    const statuses = await Promise.all(bodies.map((body) => send(target, body)));
    expect(statuses.filter((status) => status === 200)).toHaveLength(takesOnce ? 1 : 6);
    const stored = await get(store, key);
    expect(bodies.some((body) => body.equals(stored ?? Buffer.alloc(0)))).toBe(true);
    if (takesOnce) expect(stored?.[0]).toBe(statuses.indexOf(200));
    expect(await send(target, bodies[0] ?? Buffer.alloc(0))).toBe(takesOnce ? 409 : 200);
  },
};
