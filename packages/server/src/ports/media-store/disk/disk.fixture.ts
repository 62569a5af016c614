/** A disk store in a folder of its own, for tests that look behind it. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { AppError } from "../../../app-error.ts";
import type { UploadPromise } from "../media-store.ts";
import { createDiskStore, type DiskStore } from "./disk-store.ts";
import { createUploadUrls } from "./upload-urls.ts";

export type OpenedDisk = { store: DiskStore; root: string };

/** Opens a store, whose folder is removed with the test. */
export async function openDisk(): Promise<OpenedDisk> {
  const parent = await mkdtemp(join(tmpdir(), "pipit-disk-"));
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  const root = join(parent, "media");
  const now = () => new Date();
  const uploadUrls = createUploadUrls({ secret: "a secret of tests", baseUrl: () => "http://127.0.0.1", now });
  const store = createDiskStore({ root, uploadUrls, now });
  await store.check();
  return { store, root };
}

export function promiseOf(size: number): UploadPromise {
  return { contentType: "image/png", size, expiresAt: new Date(Date.now() + 600_000) };
}

/** All files below a folder. */
export async function listFiles(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
}

/** The code of the error that a call ends with. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  return await call.then(
    () => "done",
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
}
