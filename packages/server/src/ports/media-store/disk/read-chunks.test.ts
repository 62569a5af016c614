/** Reading into buffers that are used again: every reader gets the file's own bytes, whoever leaves in the middle. */
import { randomBytes } from "node:crypto";
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readChunks } from "./read-chunks.ts";

const files = [randomBytes(3_000_001), randomBytes(700_000), Buffer.alloc(0)];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pipit-chunks-"));
  for (const [n, bytes] of files.entries()) await writeFile(join(folder, String(n)), bytes);
});
afterAll(() => rm(folder, { recursive: true }));

async function read(n: number, start: number, end: number, chunksWanted = Number.POSITIVE_INFINITY): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of readChunks(await open(join(folder, String(n))), start, end)) {
    parts.push(Buffer.from(chunk));
    if (parts.length >= chunksWanted) break;
  }
  return Buffer.concat(parts);
}

describe("readChunks", () => {
  it("gives whole files and parts of them, and no more than there is", async () => {
    const [large = Buffer.alloc(0), small = Buffer.alloc(0)] = files;
    expect(await read(0, 0, Number.MAX_SAFE_INTEGER)).toEqual(large);
    expect(await read(0, 262_143, 524_289)).toEqual(large.subarray(262_143, 524_290));
    expect(await read(1, 699_999, 699_999)).toEqual(small.subarray(-1));
    expect(await read(1, 699_990, 800_000)).toEqual(small.subarray(-10));
    expect(await read(2, 0, 10)).toEqual(Buffer.alloc(0));
  });

  it("keeps the bytes of many readers apart, though some leave in the middle", async () => {
    const [large = Buffer.alloc(0), small = Buffer.alloc(0)] = files;
    const readers = Array.from({ length: 60 }, async (_, n) => {
      if (n % 3 === 0) return read(0, n, Number.MAX_SAFE_INTEGER, 1 + (n % 5));
      const isWhole = (await read(n % 2, 0, Number.MAX_SAFE_INTEGER)).equals(n % 2 === 0 ? large : small);
      expect(isWhole, `reader ${n}`).toBe(true);
    });
    await Promise.all(readers);
  });

  it("tells of a file that can't be read", async () => {
    const handle = await open(join(folder, "0"));
    await handle.close();
    await expect(readChunks(handle, 0, 10).next()).rejects.toThrow();
  });
});
