/** Writes a stream into a file that is open, and leaves it open. */
import type { FileHandle } from "node:fs/promises";
import { Writable } from "node:stream";

/** Bytes that may wait for the disk: what has gathered is written at once. */
const highWaterMark = 1024 * 1024;

/**
 * A stream into a file from a position on. Unlike a handle's own write stream it does not close the file, which is to be
 * made durable first; closing the handle waits for a write that is under way.
 */
export function writeInto(handle: FileHandle, position: number): Writable {
  let at = position;
  const append = async (chunks: Uint8Array[]) => {
    at += await writeAll(handle, chunks, at);
  };
  return new Writable({
    highWaterMark,
    write: (chunk: Uint8Array, _encoding, done) => void append([chunk]).then(() => done(), done),
    writev: (items, done) => void append(items.map(({ chunk }) => chunk as Uint8Array)).then(() => done(), done),
  });
}

// A write may stop short, as when the disk is nearly full: the next one then tells why.
async function writeAll(handle: FileHandle, chunks: Uint8Array[], position: number): Promise<number> {
  const total = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  let { bytesWritten: written } = await handle.writev(chunks, position);
  const rest = written < total ? Buffer.concat(chunks) : undefined;
  while (rest && written < total) {
    written += (await handle.write(rest, written, total - written, position + written)).bytesWritten;
  }
  return total;
}
