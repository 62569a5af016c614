/** Cleans HEIC and AVIF in place: EXIF and XMP are written over, what follows the picture becomes free space. */
import { BadFileError } from "../identify/bad-file.ts";
import type { ByteFile } from "../identify/byte-file.ts";
import { type Box, readTopBoxes, type TopBoxes, walkBoxes } from "../identify/iso-boxes.ts";
import { findBox } from "../identify/iso-tracks.ts";
import { listIsoOverlays } from "./clean-iso.ts";
import type { Cleaned } from "./cleaned.ts";
import { emptyExif } from "./exif-orientation.ts";
import { type ItemExtent, readItemExtents, readItemTypes } from "./heif-items.ts";
import { requirePixels } from "./picture-limits.ts";
import { type Overlay, overlay } from "./pieces.ts";

type Meta = { items: Box; places: Box; data: Box | undefined; properties: Box | undefined; others: Box[] };

const topBoxes = new Set(["ftyp", "meta", "mdat", "moov", "moof", "mfra", "sidx", "styp", "pdin"]);
const metaBoxes = new Set(["hdlr", "pitm", "iinf", "iloc", "iprp", "iref", "idat", "dinf", "ipro", "grpl"]);

/** EXIF, XMP and whatever else describes a picture. Its orientation is none of theirs: HEIF has properties for it. */
const tellingItems = new Set(["Exif", "mime", "uri "]);

/** EXIF begins with the distance of its header from what follows that number: none. */
const quietExif = Buffer.concat([Buffer.alloc(4), emptyExif]);

const free = Buffer.from("free");

export async function cleanHeif(file: ByteFile): Promise<Cleaned> {
  const top = await readTopBoxes(file);
  const metas = top.boxes.filter(({ type }) => type === "meta");
  const [box] = metas;
  if (box === undefined || metas.length > 1) throw new BadFileError("There is no picture in the file.");
  const meta = await readMeta(file, box, top);
  await requireSizes(file, meta, top);
  const overlays = [
    ...(await listIsoOverlays(file, top, topBoxes)),
    ...meta.others.flatMap(({ start, contentStart, end }) => [
      { start: start + 4, bytes: free },
      { start: contentStart, zeros: end - contentStart },
    ]),
    ...(await listItemOverlays(file, meta)),
  ];
  return { pieces: overlay(overlays, top.end) };
}

/** @throws {BadFileError} when the lists that every picture needs are not there */
async function readMeta(file: ByteFile, meta: Box, { budget }: TopBoxes): Promise<Meta> {
  const boxes: Box[] = [];
  for await (const box of walkBoxes(file, meta.contentStart + 4, meta.end, budget)) boxes.push(box);
  const find = (type: string) => boxes.find((box) => box.type === type);
  const [items, places] = [find("iinf"), find("iloc")];
  if (items === undefined || places === undefined || find("pitm") === undefined) {
    throw new BadFileError("There is no picture in the file.");
  }
  const others = boxes.filter(({ type }) => !metaBoxes.has(type) && type !== "free" && type !== "skip");
  return { items, places, data: find("idat"), properties: find("iprp"), others };
}

async function requireSizes(file: ByteFile, { properties }: Meta, { budget }: TopBoxes): Promise<void> {
  const container = properties && (await findBox(file, properties, "ipco", budget));
  if (container === undefined) throw new BadFileError("The picture has no size.");
  for await (const box of walkBoxes(file, container.contentStart, container.end, budget)) {
    if (box.type !== "ispe") continue;
    const sizes = await file.read(box.contentStart + 4, 8);
    requirePixels(sizes.readUInt32BE(0), sizes.readUInt32BE(4));
  }
}

async function listItemOverlays(file: ByteFile, meta: Meta): Promise<Overlay[]> {
  const types = readItemTypes(await readContent(file, meta.items));
  const places = readItemExtents(await readContent(file, meta.places));
  const overlays: Overlay[] = [];
  for (const [id, extents] of places) {
    const type = types.get(id) ?? "";
    const ranges = extents.map((extent) => toRange(file, meta, extent));
    if (!tellingItems.has(type)) continue;
    for (const [index, { start, length }] of ranges.entries()) {
      const quiet = type === "Exif" && index === 0 && length >= quietExif.length ? quietExif : Buffer.alloc(0);
      overlays.push(...(await listQuietOverlays(file, start, length, quiet)));
    }
  }
  return overlays;
}

async function readContent(file: ByteFile, { contentStart, end }: Box): Promise<Buffer> {
  return await file.read(contentStart, end - contentStart);
}

/** @throws {BadFileError} when it is not in the file: the picture was cut off */
function toRange(
  file: ByteFile,
  { data }: Meta,
  { from, start, length }: ItemExtent,
): { start: number; length: number } {
  const origin = from === "file" ? 0 : data?.contentStart;
  const end = from === "file" ? file.size : data?.end;
  if (origin === undefined || end === undefined || origin + start + length > end) {
    throw new BadFileError("The picture is cut off.");
  }
  return { start: origin + start, length };
}

/** Nothing where it is quiet already. */
async function listQuietOverlays(file: ByteFile, start: number, length: number, quiet: Buffer): Promise<Overlay[]> {
  const rest = start + quiet.length;
  const isQuiet = (await file.peek(start, quiet.length)).equals(quiet) && (await file.isZero(rest, start + length));
  if (isQuiet) return [];
  const zeros: Overlay = { start: rest, zeros: length - quiet.length };
  return quiet.length === 0 ? [zeros] : [{ start, bytes: quiet }, zeros];
}
