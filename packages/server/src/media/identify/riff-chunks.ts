/** The chunks that WebP, WAV and AVI files are made of. */
import { BadFileError, type Budget } from "./bad-file.ts";
import type { ByteFile } from "./byte-file.ts";

/** `end` is where the content ends; `next` is one more where it has an odd length. */
export type Chunk = { type: string; start: number; contentStart: number; end: number; next: number };

/** @throws {BadFileError} when a chunk reaches beyond `end` */
export async function* walkChunks(file: ByteFile, start: number, end: number, budget: Budget): AsyncGenerator<Chunk> {
  for (let at = start; end - at >= 8; ) {
    budget.take();
    const chunk = await readChunk(file, at);
    if (chunk.end > end) throw new BadFileError("The file is cut off.");
    yield chunk;
    at = chunk.next;
  }
}

/** The chunk at a position, whether or not the file holds all of it. */
export async function readChunk(file: ByteFile, start: number): Promise<Chunk> {
  const header = await file.read(start, 8);
  const length = header.readUInt32LE(4);
  const contentStart = start + 8;
  const end = contentStart + length;
  return { type: header.toString("latin1", 0, 4), start, contentStart, end, next: end + (length % 2) };
}
