/** The elements that WebM files are made of (RFC 8794). */
import { BadFileError } from "./bad-file.ts";
import type { ByteFile } from "./byte-file.ts";

/** Live recordings have elements whose size was not known yet: their `end` is undefined. */
export type Element = { id: number; start: number; contentStart: number; end: number | undefined };

export type WholeElement = Element & { end: number };

/** @throws {BadFileError} when there is none that ends by `end` */
export async function readElement(file: ByteFile, start: number, end: number): Promise<Element> {
  const bytes = await file.peek(start, Math.min(12, end - start));
  const idLength = lengthOfNumber(bytes, 0, 4);
  const sizeLength = lengthOfNumber(bytes, idLength, 8);
  const contentStart = start + idLength + sizeLength;
  const size = readSize(bytes.subarray(idLength, idLength + sizeLength));
  if (size !== undefined && contentStart + size > end) throw new BadFileError("The file is cut off.");
  const id = bytes.readUIntBE(0, idLength);
  return { id, start, contentStart, end: size === undefined ? undefined : contentStart + size };
}

/** @throws {BadFileError} for an element whose size is not known */
export function requireWhole(element: Element): WholeElement {
  if (element.end === undefined) throw new BadFileError("A part of the file has no size.");
  return { ...element, end: element.end };
}

/** A number's first byte has as many zeros in front as bytes follow. */
function lengthOfNumber(bytes: Buffer, at: number, longest: number): number {
  const length = Math.clz32(bytes[at] ?? 0) - 23;
  if (length > longest || at + length > bytes.length) throw new BadFileError("A part of the file is broken.");
  return length;
}

/** Undefined for the size of all ones, which means that it was not known. */
function readSize(bytes: Buffer): number | undefined {
  let size = (bytes[0] ?? 0) & (0xff >> bytes.length);
  let isUnknown = size === 0xff >> bytes.length;
  for (const byte of bytes.subarray(1)) {
    size = size * 256 + byte;
    isUnknown = isUnknown && byte === 0xff;
  }
  return isUnknown ? undefined : size;
}
