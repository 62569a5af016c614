/** Reads what the root of a compound file holds (MS-CFB), the container of DOC and XLS. */
import { BadFileError, Budget } from "./bad-file.ts";
import type { ByteFile } from "./byte-file.ts";

export type CompoundEntry = { name: string; isStream: boolean; firstSector: number; size: number };

type Entry = CompoundEntry & { left: number; right: number; child: number };

/** `next` is the allocation table: for each sector, the one that follows it. */
type Layout = { file: ByteFile; sectorSize: number; next: number[]; miniCutoff: number };

const headerLength = 512;
const entryLength = 128;
/** Numbers above it stand for the end of a chain, or for a sector that is in none. */
const lastSector = 0xfffffffa;
const nothing = 0xffffffff;
const mostDirectorySectors = 10_000;

/** @throws {BadFileError} when chains loop or lead out of the file, or one of the root's streams is cut off */
export async function readRootEntries(file: ByteFile): Promise<CompoundEntry[]> {
  const layout = await readLayout(file);
  const header = await file.read(0, headerLength);
  const directory = listChain(layout, header.readUInt32LE(48), new Budget(mostDirectorySectors));
  const root = await readEntry(layout, directory, 0);
  const entries = await listSiblings(layout, directory, root.child);
  // No two streams share a sector: together they have no more than the file.
  const sectors = new Budget(file.size / layout.sectorSize);
  for (const entry of entries) verifyStream(layout, entry, sectors);
  return entries;
}

async function readLayout(file: ByteFile): Promise<Layout> {
  const header = await file.read(0, headerLength);
  const shift = header.readUInt16LE(30);
  const isKnown = header.readUInt16LE(28) === 0xfffe && (shift === 9 || shift === 12);
  if (!isKnown) throw new BadFileError("This is no Office file.");
  const layout: Layout = { file, sectorSize: 2 ** shift, next: [], miniCutoff: header.readUInt32LE(56) };
  const perSector = layout.sectorSize / 4;
  const tables = await listFatSectors(layout, header);
  if (new Set(tables).size < tables.length) throw new BadFileError("The file is broken.");
  for (const sector of tables) {
    layout.next.push(...readNumbers(await file.read(placeOf(layout, sector), layout.sectorSize)));
  }
  const sectors = file.size / layout.sectorSize - 1;
  if (layout.next.length < sectors) throw new BadFileError("Something follows the end of the file.");
  if (layout.next.length > sectors + perSector * 110) throw new BadFileError("The file is cut off.");
  return layout;
}

/** The first 109 sectors of the allocation table stand in the header, the others in a list of linked sectors. */
async function listFatSectors(layout: Layout, header: Buffer): Promise<number[]> {
  const { file, sectorSize } = layout;
  const count = header.readUInt32LE(44);
  const sectors = readNumbers(header.subarray(76, 512));
  if (count > file.size / (sectorSize * 128) + 110) throw new BadFileError("The file is cut off.");
  const perSector = sectorSize / 4 - 1;
  let next = header.readUInt32LE(68);
  while (sectors.length < count) {
    const bytes = await file.read(placeOf(layout, next), sectorSize);
    sectors.push(...readNumbers(bytes.subarray(0, perSector * 4)));
    next = bytes.readUInt32LE(perSector * 4);
  }
  return sectors.slice(0, count);
}

function readNumbers(bytes: Buffer): number[] {
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readUInt32LE(index * 4));
}

function placeOf({ file, sectorSize }: Layout, sector: number): number {
  const place = (sector + 1) * sectorSize;
  if (sector >= lastSector || place >= file.size) throw new BadFileError("The file is cut off.");
  return place;
}

function listChain(layout: Layout, first: number, budget: Budget): number[] {
  const chain: number[] = [];
  for (let sector = first; sector < lastSector; sector = layout.next[sector] ?? nothing) {
    // A chain that loops has no end: it is found by its length.
    budget.take();
    placeOf(layout, sector);
    chain.push(sector);
  }
  return chain;
}

async function readEntry(layout: Layout, directory: number[], index: number): Promise<Entry> {
  const perSector = layout.sectorSize / entryLength;
  const sector = directory[Math.floor(index / perSector)];
  if (sector === undefined) throw new BadFileError("The file's directory is broken.");
  const bytes = await layout.file.read(placeOf(layout, sector) + (index % perSector) * entryLength, entryLength);
  const nameLength = Math.min(Math.max(bytes.readUInt16LE(64) - 2, 0), 62);
  return {
    name: bytes.toString("utf16le", 0, nameLength),
    isStream: bytes.readUInt8(66) === 2,
    left: bytes.readUInt32LE(68),
    right: bytes.readUInt32LE(72),
    child: bytes.readUInt32LE(76),
    firstSector: bytes.readUInt32LE(116),
    // The upper half of the length is noise in files of version 3, and no file is that large.
    size: bytes.readUInt32LE(120),
  };
}

/** The entries of a folder are a tree; embedded documents are deeper, and say nothing of what the file is. */
async function listSiblings(layout: Layout, directory: number[], top: number): Promise<CompoundEntry[]> {
  const entries: CompoundEntry[] = [];
  const seen = new Set([0]);
  const waiting = [top];
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    if (index === nothing) continue;
    if (seen.has(index)) throw new BadFileError("The file's directory is broken.");
    seen.add(index);
    const { left, right, ...entry } = await readEntry(layout, directory, index);
    entries.push(entry);
    waiting.push(left, right);
  }
  return entries;
}

/** Small streams lie inside the root's own: they are not followed. */
function verifyStream(layout: Layout, { isStream, firstSector, size }: CompoundEntry, budget: Budget): void {
  if (!isStream || size < layout.miniCutoff) return;
  const chain = listChain(layout, firstSector, budget);
  if (chain.length * layout.sectorSize < size) throw new BadFileError("The file is cut off.");
}
