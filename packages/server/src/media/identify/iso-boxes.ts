/** The boxes that MP4, QuickTime, HEIC and AVIF files are made of (ISO/IEC 14496-12, 4.2). */
import { BadFileError, Budget } from "./bad-file.ts";
import type { ByteFile } from "./byte-file.ts";

export type Box = { type: string; start: number; contentStart: number; end: number };

/** The boxes at the top of a file, and where the last of them ends: what follows belongs to nothing. */
export type TopBoxes = { boxes: Box[]; end: number; budget: Budget };

/** Each fragment of a film has two boxes; a film of hours has some ten thousand fragments. */
const mostBoxes = 100_000;

const topTypes = new Set("ftyp moov mdat moof mfra meta free skip wide sidx ssix styp prft emsg pdin uuid".split(" "));

/** @throws {BadFileError} when a box that the format knows reaches beyond the file's end: it was cut off */
export async function readTopBoxes(file: ByteFile): Promise<TopBoxes> {
  const budget = new Budget(mostBoxes);
  const boxes: Box[] = [];
  let at = 0;
  while (file.size - at >= 8) {
    budget.take();
    const box = await readBox(file, at, file.size);
    if (box === undefined) {
      if (topTypes.has((await file.read(at + 4, 4)).toString("latin1"))) throw new BadFileError("The file is cut off.");
      break;
    }
    boxes.push(box);
    at = box.end;
  }
  return { boxes, end: at, budget };
}

/** The boxes inside a box. @throws {BadFileError} when they don't fit into it */
export async function* walkBoxes(file: ByteFile, start: number, end: number, budget: Budget): AsyncGenerator<Box> {
  // Up to seven bytes may be left over: QuickTime ends some lists with a number that is zero.
  for (let at = start; end - at >= 8; ) {
    budget.take();
    const box = await readBox(file, at, end);
    if (box === undefined) throw new BadFileError("A box in the file is broken.");
    yield box;
    at = box.end;
  }
}

async function readBox(file: ByteFile, start: number, end: number): Promise<Box | undefined> {
  const header = await file.peek(start, Math.min(16, end - start));
  if (header.length < 8) return undefined;
  const type = header.toString("latin1", 4, 8);
  if (!/^[\x20-\x7e\xa9]{4}$/.test(type)) return undefined;
  const size = header.readUInt32BE(0);
  const isLong = size === 1;
  if (isLong && header.length < 16) return undefined;
  const contentStart = start + (isLong ? 16 : 8);
  const boxEnd = size === 0 ? end : start + (isLong ? Number(header.readBigUInt64BE(8)) : size);
  return boxEnd < contentStart || boxEnd > end ? undefined : { type, start, contentStart, end: boxEnd };
}
