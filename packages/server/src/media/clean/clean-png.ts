/** Cleans PNG: what the picture is made of stays, what is told about it goes (PNG, third edition). */
import { crc32 } from "node:zlib";
import { BadFileError, Budget } from "../identify/bad-file.ts";
import type { ByteFile } from "../identify/byte-file.ts";
import type { Cleaned } from "./cleaned.ts";
import { makeExif, readExifOrientation } from "./exif-orientation.ts";
import { requirePixels } from "./picture-limits.ts";
import { Pieces } from "./pieces.ts";
import { isColourProfile } from "./png-profile.ts";

type Chunk = { type: string; start: number; contentStart: number; contentEnd: number; end: number };

type Walk = {
  file: ByteFile;
  pieces: Pieces;
  orientation: number | undefined;
  hasData: boolean;
  /** Of an animation: as many frames as it says that it has. */
  frames: { declared: number | undefined; found: number };
};

const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

/** Chunks that stay, and the most bytes that each may have. */
const kept = new Map<string, number>([
  ...["IDAT", "fdAT"].map((type) => [type, 2 ** 31 - 1] as const),
  ...Object.entries({ IHDR: 13, PLTE: 768, IEND: 0, tRNS: 256, gAMA: 4, cHRM: 32, sRGB: 1, cICP: 4, sBIT: 4 }),
  ...Object.entries({ pHYs: 9, bKGD: 6, mDCV: 24, mDCv: 24, cLLI: 8, cLLi: 8, acTL: 8, fcTL: 26 }),
]);

/** A picture of 1 GB has 131,072 chunks of the usual length. */
const mostChunks = 200_000;
const longestExif = 64 * 1024;

/** Texts, times, EXIF but for the orientation, chunks of programs' own, and all that follows the end are left out. */
export async function cleanPng(file: ByteFile): Promise<Cleaned> {
  if (!(await file.peek(0, 8)).equals(signature)) throw new BadFileError("This is no PNG.");
  const frames = { declared: undefined, found: 0 };
  const walk: Walk = { file, pieces: new Pieces(), orientation: undefined, hasData: false, frames };
  walk.pieces.keep(0, signature.length);
  const budget = new Budget(mostChunks);
  let chunk = await readChunk(file, signature.length);
  await takeHeader(walk, chunk);
  while (chunk.type !== "IEND") {
    budget.take();
    chunk = await readChunk(file, chunk.end);
    await takeChunk(walk, chunk);
  }
  if (!walk.hasData) throw new BadFileError("There is no picture in the file.");
  requireFrames(walk);
  return walk;
}

async function readChunk(file: ByteFile, start: number): Promise<Chunk> {
  const header = await file.read(start, 8);
  const type = header.toString("latin1", 4, 8);
  const contentEnd = start + 8 + header.readUInt32BE(0);
  if (!/^[A-Za-z]{4}$/.test(type)) throw new BadFileError("The picture is broken.");
  if (contentEnd + 4 > file.size) throw new BadFileError("The picture is cut off.");
  return { type, start, contentStart: start + 8, contentEnd, end: contentEnd + 4 };
}

async function takeHeader({ file, pieces }: Walk, chunk: Chunk): Promise<void> {
  const isHeader = chunk.type === "IHDR" && chunk.contentEnd - chunk.contentStart === 13;
  if (!isHeader || !(await isIntact(file, chunk))) throw new BadFileError("The picture is broken.");
  const sizes = await file.read(chunk.contentStart, 8);
  requirePixels(sizes.readUInt32BE(0), sizes.readUInt32BE(4));
  pieces.keep(chunk.start, chunk.end);
}

async function takeChunk(walk: Walk, chunk: Chunk): Promise<void> {
  const { file, pieces } = walk;
  const { type, start, end, contentStart, contentEnd } = chunk;
  const isCritical = /^[A-Z]/.test(type);
  const known = type === "iCCP" ? await isColourProfile(file, contentStart, contentEnd) : isKept(chunk);
  if (isCritical && (!known || type === "IHDR")) throw new BadFileError("The picture is broken.");
  if (!known && type !== "eXIf") return;
  if (!(await isIntact(file, chunk))) {
    if (isCritical || type === "fdAT") throw new BadFileError("The picture is broken.");
    return;
  }
  if (type === "eXIf") return await takeOrientation(walk, chunk);
  walk.hasData = walk.hasData || type === "IDAT";
  await countFrames(walk, chunk);
  pieces.keep(start, end);
}

function isKept({ type, contentStart, contentEnd }: Chunk): boolean {
  return contentEnd - contentStart <= (kept.get(type) ?? -1);
}

/** Whether the sum at the chunk's end is right. */
async function isIntact(file: ByteFile, { start, contentEnd }: Chunk): Promise<boolean> {
  let sum = 0;
  for await (const bytes of file.stream(start + 4, contentEnd)) sum = crc32(bytes, sum);
  return (await file.read(contentEnd, 4)).readUInt32BE(0) === sum;
}

async function takeOrientation(walk: Walk, { start, contentStart, contentEnd, end }: Chunk): Promise<void> {
  if (walk.orientation !== undefined) return;
  const exif = await walk.file.peek(contentStart, Math.min(contentEnd - contentStart, longestExif));
  walk.orientation = readExifOrientation(exif);
  if (walk.orientation === undefined || walk.orientation === 1) return;
  const content = makeExif(walk.orientation);
  if (content.equals(exif)) walk.pieces.keep(start, end);
  else walk.pieces.put(makeChunk("eXIf", content));
}

function makeChunk(type: string, content: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + content.length);
  chunk.writeUInt32BE(content.length, 0);
  chunk.write(type, 4, "latin1");
  content.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + content.length)), 8 + content.length);
  return chunk;
}

async function countFrames({ file, frames }: Walk, { type, contentStart, contentEnd }: Chunk): Promise<void> {
  if (type === "acTL" && contentEnd - contentStart === 8) {
    frames.declared = (await file.read(contentStart, 4)).readUInt32BE(0);
  }
  if (type === "fcTL") frames.found += 1;
}

/** Viewers make room for as many frames as an animation says that it has. */
function requireFrames({ frames: { declared, found } }: Walk): void {
  if (declared !== undefined && declared !== found) throw new BadFileError("The animation is broken.");
}
