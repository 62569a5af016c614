/** Cleans WebM in place: its tags become empty space, so that nothing moves. */
import type { ByteFile } from "../identify/byte-file.ts";
import type { WholeElement } from "../identify/ebml-elements.ts";
import { readWebm, webmIds } from "../identify/webm-file.ts";
import type { Cleaned } from "./cleaned.ts";
import { type Overlay, overlay } from "./pieces.ts";

/** Titles and places (`Tags`), what lies in empty space, and all that follows the end are left out. */
export async function cleanWebm(file: ByteFile): Promise<Cleaned> {
  const { others, end } = await readWebm(file);
  const overlays: Overlay[] = [];
  for (const element of others) {
    if (element.id === webmIds.tags) overlays.push(...toEmptySpace(element));
    const { contentStart, end: elementEnd } = element;
    if (element.id !== webmIds.void || (await file.isZero(contentStart, elementEnd))) continue;
    overlays.push({ start: contentStart, zeros: elementEnd - contentStart });
  }
  return { pieces: overlay(overlays, end) };
}

/** An element `Void` of the same length: one byte of a name, a length in as many bytes as there is room for, zeros. */
function toEmptySpace({ start, end }: WholeElement): Overlay[] {
  const sizeLength = Math.min(8, end - start - 1);
  const header = Buffer.alloc(1 + sizeLength);
  header.writeUInt8(webmIds.void, 0);
  const numberLength = Math.min(6, sizeLength);
  header.writeUIntBE(end - start - header.length, header.length - numberLength, numberLength);
  header.writeUInt8(header.readUInt8(1) | (0x80 >> (sizeLength - 1)), 1);
  return [
    { start, bytes: header },
    { start: start + header.length, zeros: end - start - header.length },
  ];
}
