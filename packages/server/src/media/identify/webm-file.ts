/** Walks a WebM file from end to end: its tracks, and where its other parts are. */
import { BadFileError, Budget } from "./bad-file.ts";
import type { ByteFile } from "./byte-file.ts";
import { type Element, readElement, requireWhole, type WholeElement } from "./ebml-elements.ts";

/** `end` is where the file's last part ends; `others` are the parts that are neither tracks nor sound nor picture. */
export type WebmFile = { trackTypes: number[]; others: WholeElement[]; end: number };

export const webmIds = { tags: 0x1254c367, void: 0xec } as const;
const ids = { header: 0x1a45dfa3, segment: 0x18538067, tracks: 0x1654ae6b, track: 0xae, trackType: 0x83 } as const;
const cluster = 0x1f43b675;

/** What a segment may hold in WebM; attachments are not among it. SeekHead, Info, Cues, Chapters, CRC-32. */
const otherIds = new Set<number>([webmIds.tags, webmIds.void, 0x114d9b74, 0x1549a966, 0x1c53bb6b, 0x1043a770, 0xbf]);

/** What a cluster may hold: Timestamp, SilentTracks, Position, PrevSize, SimpleBlock, BlockGroup, EncryptedBlock, … */
const clusterIds = new Set([0xe7, 0x5854, 0xa7, 0xab, 0xa3, 0xa0, 0xaf, 0xec, 0xbf]);

/** An hour of live recording has some 300,000 blocks. */
const mostElements = 2_000_000;
const mostTracks = 100;
const mostOthers = 10_000;

/** @throws {BadFileError} when the file is cut off or has parts that WebM does not know */
export async function readWebm(file: ByteFile): Promise<WebmFile> {
  const budget = new Budget(mostElements);
  const header = requireWhole(await readElement(file, 0, file.size));
  const segment = await readElement(file, header.end, file.size);
  if (header.id !== ids.header || segment.id !== ids.segment) throw new BadFileError("This is no WebM file.");
  const end = segment.end ?? file.size;
  const webm: WebmFile = { trackTypes: [], others: [], end };
  for (let at = segment.contentStart; at < end; ) {
    budget.take();
    const element = await readElement(file, at, end);
    at = await readPart(file, element, webm, budget);
  }
  return webm;
}

/** @returns where the part ends */
async function readPart(file: ByteFile, element: Element, webm: WebmFile, budget: Budget): Promise<number> {
  if (element.id === cluster)
    return element.end ?? (await findClusterEnd(file, element.contentStart, webm.end, budget));
  const whole = requireWhole(element);
  if (whole.id === ids.tracks) webm.trackTypes.push(...(await readTrackTypes(file, whole)));
  else if (otherIds.has(whole.id)) webm.others.push(whole);
  else throw new BadFileError("The file has a part that WebM does not know.");
  const isOver = webm.trackTypes.length > mostTracks || webm.others.length > mostOthers;
  if (isOver) throw new BadFileError("The file has too many parts.");
  return whole.end;
}

/** A cluster of unknown size ends where something begins that no cluster holds. */
async function findClusterEnd(file: ByteFile, start: number, end: number, budget: Budget): Promise<number> {
  let at = start;
  while (at < end) {
    budget.take();
    const element = await readElement(file, at, end);
    if (!clusterIds.has(element.id)) break;
    at = requireWhole(element).end;
  }
  return at;
}

async function readTrackTypes(file: ByteFile, tracks: WholeElement): Promise<number[]> {
  const types: number[] = [];
  for await (const track of walk(file, tracks)) {
    if (track.id !== ids.track) continue;
    for await (const element of walk(file, track)) {
      if (element.id === ids.trackType) types.push(await readUint(file, element));
    }
  }
  return types;
}

async function* walk(file: ByteFile, parent: WholeElement): AsyncGenerator<WholeElement> {
  const budget = new Budget(10_000);
  for (let at = parent.contentStart; at < parent.end; ) {
    budget.take();
    const element = requireWhole(await readElement(file, at, parent.end));
    yield element;
    at = element.end;
  }
}

async function readUint(file: ByteFile, { contentStart, end }: WholeElement): Promise<number> {
  if (end - contentStart < 1 || end - contentStart > 6) throw new BadFileError("A number in the file is broken.");
  return (await file.read(contentStart, end - contentStart)).readUIntBE(0, end - contentStart);
}
