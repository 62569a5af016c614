/** Makes a directory's names durable. */
import { open } from "node:fs/promises";

/** Resolves when names that were added to the directory would survive a power cut. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
