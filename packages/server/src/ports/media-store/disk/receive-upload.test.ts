/** Uploads of one request to disk: whole, once, or not at all. */
import { link, mkdir, readdir, readFile, rename, rm, rmdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { get, put } from "../store-under-test.fixture.ts";
import { codeOf, listFiles, openDisk, promiseOf } from "./disk.fixture.ts";

async function* chunksOf(...chunks: (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    if (chunk instanceof Error) throw chunk;
    yield Buffer.from(chunk);
  }
}

describe("a body", () => {
  it("of any pieces becomes the object when it has come whole", async () => {
    const { store, root } = await openDisk();
    await store.receive("a/b.png", promiseOf(9), chunksOf("one", "", "two", "end"));
    expect(String(await get(store, "a/b.png"))).toBe("onetwoend");
    await store.receive("web", promiseOf(4), new Blob(["data"]).stream());
    await store.receive("empty", promiseOf(0), chunksOf());
    expect(await listFiles(root)).toHaveLength(3);
  });

  it.each([
    ["too long", "too_large", ["12345", "6"]],
    ["too short", "conflict", ["1234"]],
    ["empty", "conflict", []],
    ["broken off", "conflict", ["123", new Error("aborted")]],
  ])("that is %s ends with %s, and leaves no file", async (_how, code, chunks) => {
    const { store, root } = await openDisk();
    expect(await codeOf(store.receive("a", promiseOf(5), chunksOf(...chunks)))).toBe(code);
    expect(await listFiles(root)).toEqual([]);
  });

  it("without an end is cut off as soon as there is too much", async () => {
    const { store, root } = await openDisk();
    let given = 0;
    let isEnded = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (; ; given += 1) yield new Uint8Array(1024);
      } finally {
        isEnded = true;
      }
    }
    expect(await codeOf(store.receive("a", promiseOf(10_000), endless()))).toBe("too_large");
    expect(isEnded).toBe(true);
    expect(given).toBeLessThan(30);
    expect(await listFiles(root)).toEqual([]);
  });

  it("comes once: a second one is refused before it is read", async () => {
    const { store } = await openDisk();
    await store.receive("a", promiseOf(3), chunksOf("one"));
    let isRead = false;
    async function* second(): AsyncGenerator<Uint8Array> {
      isRead = true;
      yield Buffer.from("two");
    }
    expect(await codeOf(store.receive("a", promiseOf(3), second()))).toBe("conflict");
    expect(isRead).toBe(false);
    expect(String(await get(store, "a"))).toBe("one");
  });

  it("that comes after its time is refused", async () => {
    const { store } = await openDisk();
    const expired = { ...promiseOf(3), expiresAt: new Date(Date.now() - 1) };
    expect(await codeOf(store.receive("a", expired, chunksOf("one")))).toBe("gone");
    expect(await codeOf(store.handleTus(new Request("http://x/"), "a", expired))).toBe("gone");
  });

  it("is not seen while it comes", async () => {
    const { store } = await openDisk();
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("one");
      expect(await store.stat("a")).toBeUndefined();
      for await (const listed of store.list("")) throw new Error(`there is ${listed.key}`);
      yield Buffer.from("two");
    }
    await store.receive("a", promiseOf(6), slow());
    expect(await store.stat("a")).toMatchObject({ size: 6 });
  });
});

describe("the folder", () => {
  it("loses what a killed process left, when it is old", async () => {
    const { store, root } = await openDisk();
    await put(store, "kept", Buffer.from("kept"));
    await writeFile(join(root, "incoming", "left-over"), "half");
    expect(await store.removeUnfinished("", new Date(Date.now() - 60_000))).toBe(0);
    expect(await store.removeUnfinished("", new Date(Date.now() + 60_000))).toBe(1);
    expect(await readdir(join(root, "incoming"))).toEqual([]);
    expect(await store.stat("kept")).toBeDefined();
  });

  it("loses folders that a removal leaves empty", async () => {
    const { store, root } = await openDisk();
    for (const key of ["a/b/c", "a/d"]) await put(store, key, Buffer.from(key));
    await store.remove("a/b/c");
    expect(await readdir(join(root, "objects", "a~"))).toEqual(["d"]);
    await store.remove("a/d");
    expect(await readdir(join(root, "objects"))).toEqual([]);
  });

  it("keeps what is put into a folder that is just being emptied", async () => {
    const { store, root } = await openDisk();
    // What a removal does when it has removed the last object of a folder.
    const empty = async () => {
      for (let times = 0; times < 20; times += 1) {
        for (const folder of ["a~/b~", "a~"]) await rmdir(join(root, "objects", folder)).catch(() => {});
      }
    };
    for (let round = 0; round < 100; round += 1) {
      await Promise.all([empty(), put(store, "a/b/c", Buffer.from(String(round)))]);
      expect(String(await get(store, "a/b/c"))).toBe(String(round));
      await store.remove("a/b/c");
    }
  });

  it("takes segments of any length that keys may have", async () => {
    const { store } = await openDisk();
    const keys = [
      "x".repeat(512),
      `${"y".repeat(255)}/${"z".repeat(256)}`,
      `${"w".repeat(200)}.`,
      `${"w".repeat(200)}..`,
    ];
    for (const key of keys) await put(store, key, Buffer.from(key));
    for (const key of keys) expect(String(await get(store, key))).toBe(key);
    const listed: string[] = [];
    for await (const { key } of store.list("")) listed.push(key);
    expect(listed.sort()).toEqual([...keys].sort());
  });

  it("is not made anew when it was taken away, and works again when it is back", async () => {
    const { store, root } = await openDisk();
    await put(store, "a", Buffer.from("kept"));
    await rename(root, `${root}-away`);
    for (const call of [() => store.stat("a"), () => store.check(), () => put(store, "b", Buffer.from("b"))]) {
      expect(await codeOf(call())).toBe("unavailable");
    }
    expect(await codeOf(store.receive("b", promiseOf(1), chunksOf("b")))).toBe("unavailable");
    await rename(`${root}-away`, root);
    await store.check();
    expect(String(await get(store, "a"))).toBe("kept");
  });
});

describe("a link that somebody put there", () => {
  it("is not followed, neither as an object nor as a folder", async () => {
    const { store, root } = await openDisk();
    const outside = join(root, "..", "outside");
    await mkdir(outside);
    await writeFile(join(outside, "secret"), "secret");
    await symlink(join(outside, "secret"), join(root, "objects", "file"));
    await symlink(outside, join(root, "objects", "folder~"));
    for (const key of ["file", "folder/secret"]) {
      expect(await store.stat(key)).toBeUndefined();
      expect(await store.read(key)).toBeUndefined();
      expect(await store.withLocalFile(key, async (path) => await readFile(path))).toBeUndefined();
      expect(await store.copy(key, "copied", "e", "image/png")).toBe(false);
    }
    expect(await codeOf(put(store, "folder/new", Buffer.from("x")))).toBe("unavailable");
    expect(await codeOf(store.receive("folder/new", promiseOf(1), chunksOf("x")))).toBe("unavailable");
    await store.remove("folder/secret");
    for await (const listed of store.list("")) throw new Error(`there is ${listed.key}`);
    expect(await readdir(outside)).toEqual(["secret"]);
  });

  it("does not take what replaces it along", async () => {
    const { store, root } = await openDisk();
    const outside = join(root, "..", "outside");
    await writeFile(outside, "outside");
    await symlink(outside, join(root, "objects", "file"));
    await put(store, "file", Buffer.from("inside"));
    expect(String(await readFile(outside))).toBe("outside");
    expect(String(await get(store, "file"))).toBe("inside");
    await rm(join(root, "objects", "file"));
    await link(outside, join(root, "objects", "file"));
    await put(store, "file", Buffer.from("again"));
    expect(String(await readFile(outside))).toBe("outside");
  });
});
