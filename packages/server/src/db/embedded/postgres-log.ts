/** PostgreSQL's own log: a file that keeps to a size. */
import { copyFile, open, rm, stat, truncate } from "node:fs/promises";
import { isErrno } from "./errno.ts";

const maxBytes = 8 * 1024 * 1024;
const tailBytes = 2_000;

/** The size of the log in bytes; 0 when there is none. */
export async function measureLog(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (isErrno(error, "ENOENT")) return 0;
    throw error;
  }
}

/** The last lines of the log, but none from before `from` (bytes). */
export async function readLogTail(file: string, from = 0): Promise<string> {
  const size = await measureLog(file);
  const start = Math.max(from > size ? 0 : from, size - tailBytes);
  if (size <= start) return "(nothing in its log)";
  const handle = await open(file, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    return buffer.toString("utf8", 0, bytesRead).trim();
  } finally {
    await handle.close();
  }
}

/**
 * Moves what is in a log that has grown beyond 8 MiB to `<file>.1` (G11). It is copied and cut, because PostgreSQL keeps the
 * file open; lines that are written between the two acts are lost.
 */
export async function boundLog(file: string): Promise<void> {
  if ((await measureLog(file)) <= maxBytes) return;
  // The one before may be another user's, if root and an ordinary user take turns.
  await rm(`${file}.1`, { force: true });
  await copyFile(file, `${file}.1`);
  await truncate(file);
}
