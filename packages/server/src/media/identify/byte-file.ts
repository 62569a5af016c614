/** A stranger's file, read by position through a small window, however large it is. */
import { type FileHandle, open } from "node:fs/promises";
import { BadFileError } from "./bad-file.ts";

const windowSize = 64 * 1024;

const zeros = Buffer.alloc(windowSize);

/** The most that is read in one piece. What would need more at once is not a file that people make. */
const largestRead = 8 * 1024 * 1024;

/** Opens a file for as long as `use` runs. */
export async function withByteFile<Value>(path: string, use: (file: ByteFile) => Promise<Value>): Promise<Value> {
  const handle = await open(path, "r");
  try {
    return await use(new ByteFile(handle, (await handle.stat()).size));
  } finally {
    await handle.close();
  }
}

export class ByteFile {
  readonly size: number;
  readonly #handle: FileHandle;
  #window: Buffer = Buffer.alloc(0);
  #windowStart = 0;

  constructor(handle: FileHandle, size: number) {
    this.#handle = handle;
    this.size = size;
  }

  /** The bytes at a position, as many as are at hand: at least one, unless the file has ended there. */
  async view(position: number): Promise<Buffer> {
    return await this.#view(position, 1);
  }

  /** The bytes at a position, fewer than `length` where the file ends. */
  async peek(position: number, length: number): Promise<Buffer> {
    if (length > largestRead) throw new BadFileError("A part of the file is too large.");
    if (length <= windowSize) return (await this.#view(position, length)).subarray(0, length);
    return await this.#load(position, length);
  }

  /** Exactly `length` bytes. @throws {BadFileError} when the file ends before */
  async read(position: number, length: number): Promise<Buffer> {
    const bytes = await this.peek(position, length);
    if (bytes.length < length) throw new BadFileError("The file ends too early.");
    return bytes;
  }

  /** A range, window by window. @throws {BadFileError} when the file ends before */
  async *stream(start: number, end: number): AsyncGenerator<Buffer> {
    for (let at = start; at < end; ) {
      const bytes = (await this.view(at)).subarray(0, end - at);
      if (bytes.length === 0) throw new BadFileError("The file ends too early.");
      yield bytes;
      at += bytes.length;
    }
  }

  /** Whether a range holds nothing but zeros. */
  async isZero(start: number, end: number): Promise<boolean> {
    for await (const bytes of this.stream(start, end)) {
      if (!bytes.equals(zeros.subarray(0, bytes.length))) return false;
    }
    return true;
  }

  async #view(position: number, atLeast: number): Promise<Buffer> {
    const offset = position - this.#windowStart;
    if (offset >= 0 && offset + atLeast <= this.#window.length) return this.#window.subarray(offset);
    // A new buffer each time: what was given out before stays as it was.
    this.#window = await this.#load(position, windowSize);
    this.#windowStart = position;
    return this.#window;
  }

  async #load(position: number, length: number): Promise<Buffer> {
    if (position < 0 || position >= this.size) return Buffer.alloc(0);
    const bytes = Buffer.allocUnsafe(Math.min(length, this.size - position));
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await this.#handle.read(bytes, filled, bytes.length - filled, position + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  }
}
