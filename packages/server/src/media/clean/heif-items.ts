/** The items of a HEIF file: what each is, and where its bytes lie (ISO/IEC 14496-12, 8.11.3 and 8.11.6). */
import { BadFileError } from "../identify/bad-file.ts";
import { ByteCursor } from "../identify/byte-cursor.ts";

/** Counted from the beginning of the file, or of the box `idat`. */
export type ItemExtent = { from: "file" | "idat"; start: number; length: number };

const mostItems = 50_000;
const mostExtents = 50_000;

/** The type of each item, by its id. @param bytes the content of the box `iinf` */
export function readItemTypes(bytes: Buffer): Map<number, string> {
  const cursor = new ByteCursor(bytes);
  const isShort = cursor.uint(4) >>> 24 === 0;
  const count = cursor.uint(isShort ? 2 : 4);
  if (count > mostItems) throw new BadFileError("The file has too many parts.");
  const types = new Map<number, string>();
  for (let item = 0; item < count; item += 1) {
    const size = cursor.uint(4);
    const name = cursor.ascii(4);
    if (size < 8 || name !== "infe") throw new BadFileError("The list of what is in the file is broken.");
    const entry = new ByteCursor(cursor.take(size - 8));
    const version = entry.uint(4) >>> 24;
    // Older versions have no types: no picture has been stored with them.
    if (version < 2) throw new BadFileError("The list of what is in the file is broken.");
    const id = entry.uint(version === 2 ? 2 : 4);
    entry.take(2);
    types.set(id, entry.ascii(4));
  }
  return types;
}

/** The extents of each item, by its id. @param bytes the content of the box `iloc` */
export function readItemExtents(bytes: Buffer): Map<number, ItemExtent[]> {
  const cursor = new ByteCursor(bytes);
  const version = cursor.uint(4) >>> 24;
  const [sizes, moreSizes] = [cursor.uint(1), cursor.uint(1)];
  const widths = {
    offset: sizes >> 4,
    length: sizes & 15,
    base: moreSizes >> 4,
    index: version > 0 ? moreSizes & 15 : 0,
  };
  const count = cursor.uint(version < 2 ? 2 : 4);
  if (version > 2 || count > mostItems) throw new BadFileError("The list of what is in the file is broken.");
  const items = new Map<number, ItemExtent[]>();
  let left = mostExtents;
  for (let item = 0; item < count; item += 1) {
    const id = cursor.uint(version < 2 ? 2 : 4);
    const from = readOrigin(cursor, version);
    cursor.take(2);
    const base = cursor.uint(widths.base);
    const extents = cursor.uint(2);
    left -= extents;
    if (left < 0) throw new BadFileError("The file has too many parts.");
    items.set(id, [...(items.get(id) ?? []), ...readExtents(cursor, extents, { from, base, widths })]);
  }
  return items;
}

type Form = { from: ItemExtent["from"]; base: number; widths: { offset: number; length: number; index: number } };

function readExtents(cursor: ByteCursor, count: number, { from, base, widths }: Form): ItemExtent[] {
  return Array.from({ length: count }, () => {
    cursor.take(widths.index);
    const offset = cursor.uint(widths.offset);
    return { from, start: base + offset, length: cursor.uint(widths.length) };
  });
}

/** Items made of other items' bytes (method 2) are not found in the wild, and nothing would be certain about them. */
function readOrigin(cursor: ByteCursor, version: number): ItemExtent["from"] {
  const method = version === 0 ? 0 : cursor.uint(2) & 15;
  if (method > 1) throw new BadFileError("The list of what is in the file is broken.");
  return method === 0 ? "file" : "idat";
}
