/** Cleans JPEG: what the picture is made of stays, what is told about it goes (ITU-T T.81, annex B). */
import { BadFileError, Budget } from "../identify/bad-file.ts";
import type { ByteFile } from "../identify/byte-file.ts";
import type { Cleaned } from "./cleaned.ts";
import { makeExif, readExifOrientation } from "./exif-orientation.ts";
import { findScanEnd } from "./jpeg-scan.ts";
import { requirePixels } from "./picture-limits.ts";
import { Pieces } from "./pieces.ts";

type Walk = { file: ByteFile; pieces: Pieces; orientation: number | undefined; frames: number; scans: Budget };

/** From the 0xff of its marker to its last byte; `contentStart` is behind the length. */
type Segment = { marker: number; start: number; contentStart: number; end: number };

const markers = { start: 0xd8, end: 0xd9, scan: 0xda } as const;

/** DHT, DAC, DQT, DNL, DRI, DHP and EXP. */
const tables = new Set([0xc4, 0xcc, 0xdb, 0xdc, 0xdd, 0xde, 0xdf]);

/** Progressive pictures have some ten scans. Each of them costs as much as a picture: thousands are a bomb. */
const mostScans = 100;
const mostSegments = 20_000;

/**
 * EXIF but for the orientation, XMP, comments, previews and further pictures behind the first one are left out; so is
 * all that follows the end. Colour profiles stay.
 */
export async function cleanJpeg(file: ByteFile): Promise<Cleaned> {
  const walk: Walk = { file, pieces: new Pieces(), orientation: undefined, frames: 0, scans: new Budget(mostScans) };
  const budget = new Budget(mostSegments);
  if ((await file.read(0, 2)).readUInt16BE(0) !== 0xff00 + markers.start) throw new BadFileError("This is no JPEG.");
  walk.pieces.keep(0, 2);
  let scanned = false;
  for (let at = 2; ; ) {
    budget.take();
    const { marker, start } = await findMarker(file, at);
    at = start + 2;
    if (marker === markers.end) {
      if (!scanned) throw new BadFileError("There is no picture in the file.");
      walk.pieces.keep(start, at);
      return walk;
    }
    if (marker === markers.start) throw new BadFileError("The picture is broken.");
    if (isAlone(marker)) continue;
    const segment = await readSegment(file, marker, start);
    at = await takeSegment(walk, segment);
    scanned = scanned || marker === markers.scan;
  }
}

/** The next marker. What stands in front of it, such as bytes for filling, decoders skip. */
async function findMarker(file: ByteFile, from: number): Promise<{ marker: number; start: number }> {
  let isAfterMark = false;
  let at = from;
  for await (const bytes of file.stream(from, file.size)) {
    for (const byte of bytes) {
      if (isAfterMark && byte !== 0xff && byte !== 0) return { marker: byte, start: at - 1 };
      isAfterMark = byte === 0xff;
      at += 1;
    }
  }
  throw new BadFileError("The picture is cut off.");
}

/** Markers without a segment: RST0 to RST7, and TEM. */
function isAlone(marker: number): boolean {
  return (marker >= 0xd0 && marker <= 0xd7) || marker === 0x01;
}

async function readSegment(file: ByteFile, marker: number, start: number): Promise<Segment> {
  const length = (await file.read(start + 2, 2)).readUInt16BE(0);
  const end = start + 2 + length;
  if (length < 2 || end > file.size) throw new BadFileError("The picture is cut off.");
  return { marker, start, contentStart: start + 4, end };
}

/** @returns where to go on */
async function takeSegment(walk: Walk, segment: Segment): Promise<number> {
  const { file, pieces } = walk;
  const { marker, start, end } = segment;
  if (marker === markers.scan) return await takeScan(walk, segment);
  if (isFrame(marker)) await takeFrame(walk, segment);
  if (isFrame(marker) || tables.has(marker)) pieces.keep(start, end);
  if (marker >= 0xe0 && marker <= 0xef) await takeApplication(walk, segment, await file.read(start, end - start));
  return end;
}

async function takeScan({ file, pieces, scans, frames }: Walk, { start, end }: Segment): Promise<number> {
  if (frames === 0) throw new BadFileError("The picture is broken.");
  scans.take();
  const scanEnd = await findScanEnd(file, end);
  pieces.keep(start, scanEnd);
  return scanEnd;
}

function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

async function takeFrame(walk: Walk, { contentStart, end }: Segment): Promise<void> {
  if (end - contentStart < 6) throw new BadFileError("The picture is broken.");
  const bytes = await walk.file.read(contentStart + 1, 4);
  // A height of zero is told behind the first scan (DNL): the highest possible is counted.
  requirePixels(bytes.readUInt16BE(2), bytes.readUInt16BE(0) || 0xffff);
  walk.frames += 1;
}

type Keep = (walk: Walk, segment: Segment, bytes: Buffer) => void;

/** What stays of the segments that programs put in, by how their content begins; all others go. */
const applications: [marker: number, name: string, keep: Keep][] = [
  [0xe0, "JFIF\0", keepShort(18)],
  [0xe1, "Exif\0\0", keepOrientation],
  [0xe2, "ICC_PROFILE\0", ({ pieces }, { start, end }) => pieces.keep(start, end)],
  [0xee, "Adobe", keepShort(16)],
];

async function takeApplication(walk: Walk, segment: Segment, bytes: Buffer): Promise<void> {
  const content = bytes.subarray(4);
  const found = applications.find(([marker, name]) => {
    return marker === segment.marker && content.toString("latin1", 0, name.length) === name;
  });
  found?.[2](walk, segment, bytes);
}

/** The fields that the format knows: a preview (JFIF), or whatever was put behind them, goes. */
function keepShort(length: number): Keep {
  return ({ pieces }, { marker, start, end }, bytes) => {
    const isPlain = bytes.length === length && (marker !== 0xe0 || bytes.readUInt16BE(length - 2) === 0);
    if (isPlain) return pieces.keep(start, end);
    if (bytes.length < length) return;
    const short = Buffer.from(bytes.subarray(0, length));
    short.writeUInt16BE(length - 2, 2);
    if (marker === 0xe0) short.writeUInt16BE(0, length - 2);
    pieces.put(short);
  };
}

function keepOrientation(walk: Walk, { start, end }: Segment, bytes: Buffer): void {
  if (walk.orientation !== undefined) return;
  walk.orientation = readExifOrientation(bytes.subarray(10));
  if (walk.orientation === undefined || walk.orientation === 1) return;
  const exif = Buffer.concat([Buffer.from("ffe10022457869660000", "hex"), makeExif(walk.orientation)]);
  if (exif.equals(bytes)) walk.pieces.keep(start, end);
  else walk.pieces.put(exif);
}
