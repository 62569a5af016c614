/** Cleans MP4, M4A and QuickTime in place: what tells of the film becomes free space, so that nothing moves. */
import { BadFileError, type Budget } from "../identify/bad-file.ts";
import type { ByteFile } from "../identify/byte-file.ts";
import { type Box, readTopBoxes, type TopBoxes, walkBoxes } from "../identify/iso-boxes.ts";
import { readHandler } from "../identify/iso-tracks.ts";
import type { Cleaned } from "./cleaned.ts";
import { listSamples } from "./iso-samples.ts";
import { type Overlay, overlay } from "./pieces.ts";

type Walk = { file: ByteFile; budget: Budget; overlays: Overlay[] };

const topBoxes = words("ftyp moov mdat moof mfra sidx ssix styp prft pdin");

/** Boxes that are looked into, and what stays in them; elsewhere all stays but what is `told`. */
const contents = new Map<string, ReadonlySet<string> | undefined>([
  ["moov", words("mvhd trak mvex iods pssh clip ctab")],
  ["trak", words("tkhd tref trgr edts mdia tapt load imap txas clip matt")],
  ...[...words("mdia minf stbl edts mvex moof traf")].map((type) => [type, undefined] as const),
]);

/** Places, owners, titles, and space that is free for anything. */
const told = words("udta meta uuid free skip wide");

/** Tracks whose samples tell of the film, such as where the camera was at each moment. */
const tellingTracks = words("meta camm");

const free = Buffer.from("free");

export async function cleanIso(file: ByteFile): Promise<Cleaned> {
  const top = await readTopBoxes(file);
  if (!top.boxes.some(({ type }) => type === "moov")) throw new BadFileError("There is no film in the file.");
  return { pieces: overlay(await listIsoOverlays(file, top, topBoxes), top.end) };
}

/** What is to be written over; `kept` are the boxes that stay at the top. */
export async function listIsoOverlays(
  file: ByteFile,
  { boxes, budget }: TopBoxes,
  kept: ReadonlySet<string>,
): Promise<Overlay[]> {
  const walk: Walk = { file, budget, overlays: [] };
  for (const box of boxes) {
    if (kept.has(box.type)) await clearContents(walk, box);
    else await clear(walk, box);
  }
  return walk.overlays;
}

/** No honest film has boxes deeper than it has kinds of them. */
async function clearContents(walk: Walk, parent: Box, depth = 0): Promise<void> {
  if (!contents.has(parent.type)) return;
  if (depth > contents.size) throw new BadFileError("The file has boxes without end.");
  const kept = contents.get(parent.type);
  for await (const box of walkBoxes(walk.file, parent.contentStart, parent.end, walk.budget)) {
    const stays = kept === undefined ? !told.has(box.type) : kept.has(box.type);
    if (!stays) await clear(walk, box);
    else if (box.type === "trak") await clearTrack(walk, box, depth);
    else await clearContents(walk, box, depth + 1);
  }
}

async function clearTrack(walk: Walk, track: Box, depth: number): Promise<void> {
  const { file, budget, overlays } = walk;
  if (!tellingTracks.has(await readHandler(file, track, budget))) return await clearContents(walk, track, depth + 1);
  for (const { start, end } of await listSamples(file, track, budget)) overlays.push({ start, zeros: end - start });
  await clear(walk, track);
}

/** The box becomes free space of the same length, full of zeros. */
async function clear({ file, overlays }: Walk, { type, start, contentStart, end }: Box): Promise<void> {
  if (!/^(free|skip|wide)$/.test(type)) overlays.push({ start: start + 4, bytes: free });
  if (!(await file.isZero(contentStart, end))) overlays.push({ start: contentStart, zeros: end - contentStart });
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(" "));
}
