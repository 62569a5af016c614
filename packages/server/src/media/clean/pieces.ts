/** What a cleaned file is made of, one piece after the other: ranges of the original, zeros, and bytes of our own. */
import { BadFileError } from "../identify/bad-file.ts";
import type { ByteFile } from "../identify/byte-file.ts";

type Piece = { start: number; end: number } | { zeros: number } | { bytes: Buffer };

/** A place of the original that gets other bytes, as many as there were. */
export type Overlay = { start: number } & ({ bytes: Buffer } | { zeros: number });

/** More than any honest file needs: what would grow beyond it is a trap. */
const mostPieces = 200_000;
const zeroBlock = Buffer.alloc(64 * 1024);

export class Pieces {
  readonly #pieces: Piece[] = [];
  #length = 0;

  /** Bytes of the cleaned file so far. */
  get length(): number {
    return this.#length;
  }

  keep(start: number, end: number): void {
    if (end <= start) return;
    const last = this.#pieces.at(-1);
    if (last !== undefined && "start" in last && last.end === start) last.end = end;
    else this.#add({ start, end });
    this.#length += end - start;
  }

  put(bytes: Buffer): void {
    this.#add({ bytes });
    this.#length += bytes.length;
  }

  putZeros(zeros: number): void {
    if (zeros === 0) return;
    const last = this.#pieces.at(-1);
    if (last !== undefined && "zeros" in last) last.zeros += zeros;
    else this.#add({ zeros });
    this.#length += zeros;
  }

  append(other: Pieces): void {
    for (const piece of other.#pieces) {
      if ("start" in piece) this.keep(piece.start, piece.end);
      else if ("bytes" in piece) this.put(piece.bytes);
      else this.putZeros(piece.zeros);
    }
  }

  /** Whether it is the whole original, as it was. */
  isWhole(size: number): boolean {
    const [first] = this.#pieces;
    return (
      this.#pieces.length === 1 && first !== undefined && "start" in first && first.start === 0 && first.end === size
    );
  }

  async *read(file: ByteFile): AsyncGenerator<Buffer> {
    for (const piece of this.#pieces) {
      if ("start" in piece) yield* file.stream(piece.start, piece.end);
      else if ("bytes" in piece) yield piece.bytes;
      else for (let left = piece.zeros; left > 0; left -= zeroBlock.length) yield zeroBlock.subarray(0, left);
    }
  }

  #add(piece: Piece): void {
    if (this.#pieces.length >= mostPieces) throw new BadFileError("The file has too many parts.");
    this.#pieces.push(piece);
  }
}

/** The original up to `end`, with the overlays in their places. @throws {BadFileError} when one lies in another */
export function overlay(overlays: Overlay[], end: number): Pieces {
  const pieces = new Pieces();
  let at = 0;
  for (const one of overlays.toSorted((first, second) => first.start - second.start)) {
    const oneEnd = one.start + ("bytes" in one ? one.bytes.length : one.zeros);
    // Zeros may overlap: samples and items may share bytes.
    if (one.start < at && "bytes" in one) throw new BadFileError("Parts of the file lie in one another.");
    pieces.keep(at, one.start);
    if ("bytes" in one) pieces.put(one.bytes);
    else pieces.putZeros(Math.max(0, oneEnd - Math.max(at, one.start)));
    at = Math.max(at, oneEnd);
  }
  if (at > end) throw new BadFileError("Parts of the file lie in one another.");
  pieces.keep(at, end);
  return pieces;
}
