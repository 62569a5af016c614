/** Gives a person of the demo a medium, by the way that all uploads take. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../app-error.ts";
import type { Services } from "../context.ts";
import { withFolder } from "../features/media/media-parts.ts";
import { act } from "./act.ts";

export type DemoFile = { name: string; type: string; bytes: Buffer };

/** @returns the medium's id */
export async function uploadFile(services: Services, userId: string, { name, type, bytes }: DemoFile): Promise<string> {
  const promise = { fileName: name, fileType: type, fileSize: bytes.length };
  const { uploadId, fileKey } = await act(services, userId, "media.requestUpload", promise);
  await withFolder(services.media.tempDir, async (folder) => {
    const path = join(folder, "upload");
    await writeFile(path, bytes);
    await services.media.store.writeFile(fileKey, path, type);
  });
  await confirm(() => act(services, userId, "media.confirmUpload", { ...promise, fileKey }));
  return uploadId;
}

// A machine that is busy with other things may say so, of a file that it can look at the next time.
async function confirm(ask: () => Promise<unknown>, patience = 5): Promise<void> {
  try {
    await ask();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "unavailable" || patience === 1) throw error;
    await confirm(ask, patience - 1);
  }
}

/** The address of a medium that is to be a picture. Where the server will be reached is not known yet. */
export function toPictureUrl(services: Services, id: string): string {
  return new URL(services.links.file(id), "http://localhost").href;
}
