/** What every adapter of the port `MediaStore` must do (media-store.ts). */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ListedObject, MediaStore } from "./media-store.ts";
import { resumableRules } from "./resumable-contract.fixture.ts";
import { freshPrefix, get, put, type Rule, type StoreUnderTest } from "./store-under-test.fixture.ts";
import { uploadRules } from "./upload-contract.fixture.ts";

/** Runs the contract on an adapter. */
export function describeMediaStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`[G11] media in ${name}`, () => {
    let under: StoreUnderTest;
    beforeAll(async () => {
      under = await open();
    });
    afterAll(() => under?.close());
    for (const [title, rule] of Object.entries({ ...rules, ...uploadRules, ...resumableRules })) {
      it(title, () => rule(under, randomBytes));
    }
  });
}

async function keysOf(store: MediaStore, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys.sort();
}

const oddKeys = ["a", "a/b", "a/b/c", "-", "_", "...", "a..b", ".hidden/x", "A", "tmp/x", "x".repeat(200)];

const rules: Record<string, Rule> = {
  "gives back what was stored, with its size": async ({ store }, bytes) => {
    const [key, body] = [`${freshPrefix()}file.png`, bytes(300_000)];
    await put(store, key, body);
    expect(await get(store, key)).toEqual(body);
    const object = await store.stat(key);
    expect(object).toMatchObject({ size: 300_000, etag: expect.stringMatching(/^[^"]+$/) });
    expect(object?.modifiedAt).toBeInstanceOf(Date);
  },

  "keeps empty objects": async ({ store }) => {
    const key = `${freshPrefix()}empty`;
    await put(store, key, new Uint8Array());
    expect(await store.stat(key)).toMatchObject({ size: 0 });
    expect(await get(store, key)).toHaveLength(0);
  },

  "knows nothing of objects that are not there": async ({ store }) => {
    const key = `${freshPrefix()}missing`;
    expect(await store.stat(key)).toBeUndefined();
    expect(await store.read(key)).toBeUndefined();
    expect(await store.read(key, { start: 0, end: 1 })).toBeUndefined();
    expect(await store.withLocalFile(key, async () => "used")).toBeUndefined();
    expect(await store.copy(key, `${key}2`, "0".repeat(32), "image/png")).toBe(false);
    await store.remove(key);
    expect(await store.stat(`${key}2`)).toBeUndefined();
  },

  "puts the new in place of the old, and then the etag is another": async ({ store }, bytes) => {
    const key = `${freshPrefix()}file`;
    const etags = new Set<string | undefined>();
    for (let round = 0; round < 5; round += 1) {
      const body = bytes(1_000);
      await put(store, key, body);
      expect(await get(store, key)).toEqual(body);
      etags.add((await store.stat(key))?.etag);
    }
    expect(etags.size).toBe(5);
    expect((await store.stat(key))?.etag).toBe((await store.stat(key))?.etag);
  },

  "reads ranges, both ends included, and no further than the object": async ({ store }, bytes) => {
    const [key, body] = [`${freshPrefix()}file`, bytes(100_000)];
    await put(store, key, body);
    const ranges = [
      [0, 0],
      [0, 99_999],
      [99_999, 99_999],
      [500, 70_000],
      [99_000, 200_000],
    ] as const;
    for (const [start, end] of ranges) {
      expect(await get(store, key, { start, end })).toEqual(body.subarray(start, end + 1));
    }
    expect(await get(store, key, { start: 100_000, end: 100_001 })).toHaveLength(0);
  },

  "lets go of a stream that is ended early": async ({ store }, bytes) => {
    const key = `${freshPrefix()}file`;
    await put(store, key, bytes(4_000_000));
    for (let round = 0; round < 20; round += 1) {
      for await (const chunk of (await store.read(key)) ?? []) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
    }
    await store.remove(key);
    expect(await store.stat(key)).toBeUndefined();
  },

  "copies an object that is still the one that was looked at, and no other": async ({ store }, bytes) => {
    const prefix = freshPrefix();
    const [first, second] = [bytes(10_000), bytes(10_000)];
    await put(store, `${prefix}a`, first);
    const etag = (await store.stat(`${prefix}a`))?.etag ?? "";
    expect(await store.copy(`${prefix}a`, `${prefix}deep/b`, etag, "image/png")).toBe(true);
    await put(store, `${prefix}a`, second);
    expect(await store.copy(`${prefix}a`, `${prefix}deep/b`, etag, "image/png")).toBe(false);
    expect(await get(store, `${prefix}deep/b`)).toEqual(first);
    await store.remove(`${prefix}a`);
    expect(await get(store, `${prefix}deep/b`)).toEqual(first);
  },

  "copies in place of what was there, and twice": async ({ store }, bytes) => {
    const prefix = freshPrefix();
    const body = bytes(5_000);
    await put(store, `${prefix}a`, body);
    await put(store, `${prefix}b`, bytes(10));
    const etag = (await store.stat(`${prefix}a`))?.etag ?? "";
    for (let round = 0; round < 2; round += 1) {
      expect(await store.copy(`${prefix}a`, `${prefix}b`, etag, "image/png")).toBe(true);
    }
    expect(await get(store, `${prefix}b`)).toEqual(body);
    expect(await keysOf(store, prefix)).toEqual([`${prefix}a`, `${prefix}b`]);
  },

  "lists what begins with a prefix, over many pages, and nothing else": async ({ store }, bytes) => {
    const prefix = freshPrefix();
    const keys = Array.from({ length: 23 }, (_, n) => `${prefix}${n % 3}/${n}.bin`);
    for (const key of [...keys, `${prefix.slice(0, -1)}x/other`]) await put(store, key, bytes(7));
    expect(await keysOf(store, prefix)).toEqual([...keys].sort());
    expect(await keysOf(store, `${prefix}1/`)).toEqual(keys.filter((_, n) => n % 3 === 1).sort());
    expect(await keysOf(store, `${prefix}9/`)).toEqual([]);
    expect(await keysOf(store, "")).toEqual(expect.arrayContaining(keys));
    const listed: ListedObject[] = [];
    for await (const object of store.list(`${prefix}0/`)) listed.push(object);
    for (const { key, ...object } of listed) expect(await store.stat(key)).toMatchObject(object);
  },

  "keeps odd keys apart": async ({ store }) => {
    const prefix = freshPrefix();
    const keys = oddKeys.map((key) => prefix + key);
    for (const key of keys) await put(store, key, Buffer.from(key));
    for (const key of keys) expect(String(await get(store, key))).toBe(key);
    expect(await keysOf(store, prefix)).toEqual([...keys].sort());
    for (const key of keys) await store.remove(key);
    expect(await keysOf(store, prefix)).toEqual([]);
  },

  "throws plainly for what is no key": async ({ store }) => {
    const bad = ["", "/", "/a", "a/", "a//b", "..", "a/../b", "a/.", "ä", "a b", "a\\b", "a\0", "a\n", "x".repeat(513)];
    for (const key of bad) {
      const calls = [
        () => store.stat(key),
        () => store.read(key),
        () => put(store, key, new Uint8Array(1)),
        () => store.remove(key),
        () => store.copy("a", key, "e", "image/png"),
        () => store.copy(key, "a", "e", "image/png"),
        () => store.withLocalFile(key, async () => {}),
        () => store.presignUpload(key, { contentType: "image/png", size: 1, expiresAt: new Date(4e12) }),
      ];
      for (const call of calls) await expect(call(), JSON.stringify(key)).rejects.toThrow(/not a key/);
    }
    expect(() => store.list("a")).toThrow(/not a prefix/);
  },

  "shows one whole object while many write it at once": async ({ store }) => {
    const key = `${freshPrefix()}contested`;
    const bodies = Array.from({ length: 12 }, (_, n) => Buffer.alloc(200_000, n));
    await put(store, key, Buffer.alloc(200_000, 99));
    const writing = Promise.all(bodies.map((body) => put(store, key, body)));
    let isWriting = true;
    const ended = writing.finally(() => {
      isWriting = false;
    });
    while (isWriting) {
      const seen = await get(store, key);
      expect(seen).toHaveLength(200_000);
      expect(new Set(seen).size).toBe(1);
    }
    await ended;
    expect(bodies.some((body) => body.equals(Buffer.alloc(200_000, 99)))).toBe(false);
    expect((await get(store, key))?.[0]).toBeLessThan(12);
  },

  "keeps what is written while neighbours are removed": async ({ store }) => {
    const prefix = freshPrefix();
    await Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        await put(store, `${prefix}deep/er/${n}`, Buffer.from(String(n)));
        if (n % 2 === 0) await store.remove(`${prefix}deep/er/${n}`);
      }),
    );
    expect(await keysOf(store, prefix)).toHaveLength(20);
  },

  "lends a local file for as long as it is used, whatever happens to the object": async ({ store }, bytes) => {
    const [key, body] = [`${freshPrefix()}file`, bytes(200_000)];
    await put(store, key, body);
    let lent = "";
    const size = await store.withLocalFile(key, async (path, object) => {
      lent = path;
      await store.remove(key);
      expect(await readFile(path)).toEqual(body);
      return object.size;
    });
    expect(size).toBe(200_000);
    await expect(readFile(lent)).rejects.toThrow(/ENOENT/);
  },

  "takes the file back when its user fails, and tells that failure as it is": async ({ store }, bytes) => {
    const key = `${freshPrefix()}file`;
    await put(store, key, bytes(10));
    let lent = "";
    const fault = Object.assign(new Error("not the store's"), { code: "ENOENT" });
    const use = store.withLocalFile(key, async (path) => {
      lent = path;
      throw fault;
    });
    await expect(use).rejects.toBe(fault);
    await expect(readFile(lent)).rejects.toThrow(/ENOENT/);
  },

  "tells plainly that a file to store is not there": async ({ store }) => {
    const key = `${freshPrefix()}file`;
    await expect(store.writeFile(key, join(tmpdir(), "pipit-no-such-file"), "image/png")).rejects.toThrow(/ENOENT/);
    expect(await store.stat(key)).toBeUndefined();
  },

  "gives addresses to read from with the headers that were asked for, if it has any": async ({ store }, bytes) => {
    const [key, body] = [`${freshPrefix()}file`, bytes(2_000)];
    await put(store, key, body);
    const headers = { contentType: "image/webp", contentDisposition: `attachment; filename="a b+c (1).webp"` };
    const url = await store.presignRead(key, { ...headers, expiresInSeconds: 60 });
    if (url === undefined) return;
    const response = await fetch(url, { headers: { range: "bytes=100-199" } });
    expect(Buffer.from(await response.arrayBuffer())).toEqual(body.subarray(100, 200));
    expect(response.status).toBe(206);
    expect(response.headers.get("content-type")).toBe(headers.contentType);
    expect(response.headers.get("content-disposition")).toBe(headers.contentDisposition);
  },

  "says that it works, and leaves nothing of having tried": async ({ store }) => {
    const before = await keysOf(store, "");
    await store.check();
    expect(await keysOf(store, "")).toEqual(before);
  },

  "is unavailable when it is away, whatever is asked": async ({ away }) => {
    const promise = { contentType: "image/png", size: 1, expiresAt: new Date(4e12) };
    const calls = {
      stat: () => away.stat("a"),
      read: () => away.read("a"),
      write: () => put(away, "a", new Uint8Array(1)),
      copy: () => away.copy("a", "b", "e", "image/png"),
      remove: () => away.remove("a"),
      list: () => keysOf(away, ""),
      removeUnfinished: () => away.removeUnfinished("", new Date(0)),
      withLocalFile: () => away.withLocalFile("a", async () => {}),
      check: () => away.check(),
      start: () => away.resumable.start("a", promise),
    };
    const codes: Record<string, unknown> = {};
    for (const [name, call] of Object.entries(calls)) {
      codes[name] = await call().then(
        () => "answered",
        (error: unknown) => (error instanceof Error && "code" in error ? error.code : String(error)),
      );
    }
    expect(codes).toEqual(Object.fromEntries(Object.keys(calls).map((name) => [name, "unavailable"])));
  },
};
