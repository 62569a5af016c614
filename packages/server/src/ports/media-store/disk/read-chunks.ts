/** Reads a part of an open file into buffers that are used again and again. */
import type { FileHandle } from "node:fs/promises";

const bufferBytes = 256 * 1024;
const mostSpare = 32;

// A new buffer for each chunk would have the garbage collector walk through the whole heap for every few dozen megabytes.
const spare: Buffer[] = [];

/** The bytes from `start` to `end`, both included, or to the file's end. A chunk is good until the next is asked for. */
export async function* readChunks(handle: FileHandle, start: number, end: number): AsyncGenerator<Uint8Array> {
  const buffers = [
    spare.pop() ?? Buffer.allocUnsafeSlow(bufferBytes),
    spare.pop() ?? Buffer.allocUnsafeSlow(bufferBytes),
  ];
  let reading: Promise<{ bytesRead: number; buffer: Buffer }> | undefined;
  let position = start;
  const readNext = (): void => {
    const buffer = buffers.shift();
    if (!buffer || position > end) return;
    reading = handle.read(buffer, 0, Math.min(bufferBytes, end - position + 1), position);
    // One is read into while the other one is sent; whoever waits for it hears of its failure.
    reading.catch(() => {});
  };
  try {
    readNext();
    while (reading) {
      const { bytesRead, buffer } = await reading;
      reading = undefined;
      if (bytesRead === 0) break;
      position += bytesRead;
      readNext();
      yield buffer.subarray(0, bytesRead);
      buffers.push(buffer);
      if (!reading) readNext();
    }
    // Those that a client has left with are not used again: its connection may not have let go of them.
    for (const buffer of buffers) if (spare.length < mostSpare) spare.push(buffer);
  } finally {
    await reading?.catch(() => {});
    await handle.close();
  }
}
