/** A store that the contract is run on, and what its cases are written with. */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import type { MediaStore } from "./media-store.ts";

/** A store that is tested, and what the tests need around it. */
export type StoreUnderTest = {
  store: MediaStore;
  /** A store of the same kind that is away. */
  away: MediaStore;
  /** Sets the store's own clock so many seconds off. */
  shiftClock(seconds: number): void;
  /** Whether an upload address takes one upload only. */
  takesOnce: boolean;
  close(): Promise<void>;
};

/** A case of the contract. */
export type Rule = (under: StoreUnderTest, bytes: (size: number) => Buffer) => Promise<void>;

/** A prefix of its own for each case. */
export function freshPrefix(): string {
  return `t${randomUUID().slice(0, 8)}/`;
}

/** Puts bytes into the store. */
export async function put(store: MediaStore, key: string, bytes: Uint8Array, type = "image/png"): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "pipit-contract-"));
  try {
    await writeFile(join(folder, "file"), bytes);
    await store.writeFile(key, join(folder, "file"), type);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The bytes of an object, or undefined. */
export async function get(
  store: MediaStore,
  key: string,
  range?: { start: number; end: number },
): Promise<Buffer | undefined> {
  const stream = await store.read(key, range);
  return stream && (await buffer(stream));
}
