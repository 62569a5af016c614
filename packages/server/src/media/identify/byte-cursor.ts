/** Reads numbers and names out of bytes, one after the other. */
import { BadFileError } from "./bad-file.ts";

export class ByteCursor {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** A number of 0 to 8 bytes, the highest first. @throws {BadFileError} when it is above 2^53 */
  uint(length: number): number {
    let value = 0;
    for (const byte of this.take(length)) value = value * 256 + byte;
    if (!Number.isSafeInteger(value)) throw new BadFileError("A number in the file is too large.");
    return value;
  }

  ascii(length: number): string {
    return this.take(length).toString("latin1");
  }

  /** @throws {BadFileError} when there are not so many left */
  take(length: number): Buffer {
    if (length > this.left) throw new BadFileError("A part of the file ends too early.");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
