/** Cleans WebP: what the picture is made of stays, what is told about it goes (RFC 9649). */
import { BadFileError, Budget } from "../identify/bad-file.ts";
import type { ByteFile } from "../identify/byte-file.ts";
import { type Chunk, readChunk, walkChunks } from "../identify/riff-chunks.ts";
import type { Cleaned } from "./cleaned.ts";
import { makeExif, readExifOrientation } from "./exif-orientation.ts";
import { requirePixels } from "./picture-limits.ts";
import { Pieces } from "./pieces.ts";

type Walk = {
  file: ByteFile;
  body: Pieces;
  budget: Budget;
  /** The chunk that says what others there are, in the files that have others. */
  extended: { chunk: Chunk; flags: number } | undefined;
  orientation: number | undefined;
  hasPicture: boolean;
};

const flagBits = { colourProfile: 0x20, alpha: 0x10, exif: 0x08, animation: 0x02 } as const;
const flagsKept = flagBits.colourProfile | flagBits.alpha | flagBits.animation;

const frameHeaderLength = 16;
const longestExif = 64 * 1024;
const mostChunks = 20_000;

type Take = (walk: Walk, chunk: Chunk) => Promise<void>;

/** What is done with each chunk; those that are not named here go. */
const takers = new Map<string, Take>([
  ["VP8X", takeExtended],
  ["VP8 ", takePicture],
  ["VP8L", takePicture],
  ["ANMF", takeFrame],
  ["ALPH", keepChunk],
  ["ANIM", keepChunk],
  ["ICCP", keepChunk],
  ["EXIF", takeExif],
]);

const frameChunks = new Set(["VP8 ", "VP8L", "ALPH"]);

/** XMP, EXIF but for the orientation, unknown chunks, and all that follows the end are left out. */
export async function cleanWebp(file: ByteFile): Promise<Cleaned> {
  const riff = await readChunk(file, 0);
  const form = (await file.read(8, 4)).toString("latin1");
  if (riff.type !== "RIFF" || form !== "WEBP") throw new BadFileError("This is no WebP.");
  if (riff.end > file.size) throw new BadFileError("The picture is cut off.");
  const budget = new Budget(mostChunks);
  const walk: Walk = {
    file,
    body: new Pieces(),
    budget,
    extended: undefined,
    orientation: undefined,
    hasPicture: false,
  };
  for await (const chunk of walkChunks(file, 12, riff.end, budget)) await takers.get(chunk.type)?.(walk, chunk);
  if (!walk.hasPicture) throw new BadFileError("There is no picture in the file.");
  return { pieces: await assemble(walk), orientation: walk.orientation };
}

/** The header last: it tells the length, and which chunks there are. */
async function assemble({ file, body, extended, orientation = 1 }: Walk): Promise<Pieces> {
  const pieces = new Pieces();
  const hasExif = extended !== undefined && orientation !== 1;
  if (hasExif) await putExif(file, body, orientation);
  const extendedLength = extended === undefined ? 0 : 18;
  await putSame(file, pieces, 0, makeHeader("RIFF", 4 + extendedLength + body.length));
  pieces.keep(8, 12);
  if (extended !== undefined) {
    const { chunk, flags } = extended;
    const bytes = Buffer.from(await file.read(chunk.start, 18));
    bytes.writeUInt8((flags & flagsKept) | (hasExif ? flagBits.exif : 0), 8);
    await putSame(file, pieces, chunk.start, bytes);
  }
  pieces.append(body);
  return pieces;
}

/** Where the original has just these bytes, it is the original that is kept. */
async function putSame(file: ByteFile, pieces: Pieces, at: number, bytes: Buffer): Promise<void> {
  if ((await file.peek(at, bytes.length)).equals(bytes)) pieces.keep(at, at + bytes.length);
  else pieces.put(bytes);
}

function makeHeader(type: string, length: number): Buffer {
  const header = Buffer.alloc(8);
  header.write(type, "latin1");
  header.writeUInt32LE(length, 4);
  return header;
}

/** Its place is the end. */
async function putExif(file: ByteFile, body: Pieces, orientation: number): Promise<void> {
  const content = makeExif(orientation);
  const chunk = Buffer.concat([makeHeader("EXIF", content.length), content]);
  const last = file.size - chunk.length;
  await putSame(file, body, last, chunk);
}

async function takeExtended(walk: Walk, chunk: Chunk): Promise<void> {
  if (walk.extended !== undefined || walk.body.length > 0) throw new BadFileError("The picture is broken.");
  const bytes = await walk.file.read(chunk.contentStart, 10);
  if (chunk.end - chunk.contentStart !== 10) throw new BadFileError("The picture is broken.");
  requirePixels(bytes.readUIntLE(4, 3) + 1, bytes.readUIntLE(7, 3) + 1);
  walk.extended = { chunk, flags: bytes.readUInt8(0) };
}

async function takePicture(walk: Walk, chunk: Chunk): Promise<void> {
  if (chunk.end - chunk.contentStart < 5) throw new BadFileError("The picture is broken.");
  walk.hasPicture = true;
  await keepChunk(walk, chunk);
}

/** A frame of an animation has chunks of its own. Unknown ones in it are too rare to be worth a new frame. */
async function takeFrame(walk: Walk, chunk: Chunk): Promise<void> {
  const { file, budget } = walk;
  const start = chunk.contentStart + frameHeaderLength;
  const header = await file.read(chunk.contentStart, frameHeaderLength);
  requirePixels(header.readUIntLE(6, 3) + 1, header.readUIntLE(9, 3) + 1);
  for await (const { type } of walkChunks(file, start, chunk.end, budget)) {
    if (!frameChunks.has(type)) throw new BadFileError("A frame of the picture is broken.");
  }
  walk.hasPicture = true;
  await keepChunk(walk, chunk);
}

async function keepChunk({ file, body }: Walk, { start, end, next }: Chunk): Promise<void> {
  body.keep(start, end);
  if (next === end) return;
  await putSame(file, body, end, Buffer.alloc(1));
}

async function takeExif(walk: Walk, { contentStart, end }: Chunk): Promise<void> {
  const exif = await walk.file.peek(contentStart, Math.min(end - contentStart, longestExif));
  walk.orientation ??= readExifOrientation(exif);
}
