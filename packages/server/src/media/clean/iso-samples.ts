/** Finds where the samples of a track lie in a film (ISO/IEC 14496-12, 8.7). */
import { BadFileError, type Budget } from "../identify/bad-file.ts";
import { ByteCursor } from "../identify/byte-cursor.ts";
import type { ByteFile } from "../identify/byte-file.ts";
import { type Box, walkBoxes } from "../identify/iso-boxes.ts";

export type Extent = { start: number; end: number };

/** From this chunk on, counted from 1, chunks have so many samples. */
type ChunkRun = { firstChunk: number; samples: number };

const mostSamples = 1_000_000;
const mostChunks = 100_000;

/** One extent for each chunk of the track. @throws {BadFileError} when the tables contradict each other or the file */
export async function listSamples(file: ByteFile, track: Box, budget: Budget): Promise<Extent[]> {
  const tables = await readTables(file, track, budget);
  const sizes = readSizes(tables);
  const offsets = readOffsets(tables);
  const runs = readRuns(tables);
  let sample = 0;
  let run = 0;
  return offsets.map((start, chunk) => {
    if ((runs[run + 1]?.firstChunk ?? Number.POSITIVE_INFINITY) <= chunk + 1) run += 1;
    const last = sample + (runs[run]?.samples ?? 0);
    if (last > sizes.count) throw new BadFileError("A track is broken.");
    let end = start;
    for (; sample < last; sample += 1) end += sizes.at(sample);
    if (end > file.size) throw new BadFileError("The file is cut off.");
    return { start, end };
  });
}

type Tables = Map<string, ByteCursor>;

async function readTables(file: ByteFile, track: Box, budget: Budget): Promise<Tables> {
  const tables: Tables = new Map();
  const waiting = [track];
  for (let parent = waiting.pop(); parent !== undefined; parent = waiting.pop()) {
    for await (const box of walkBoxes(file, parent.contentStart, parent.end, budget)) {
      if (/^(mdia|minf|stbl)$/.test(box.type)) waiting.push(box);
      if (!/^(stsz|stz2|stco|co64|stsc)$/.test(box.type)) continue;
      const cursor = new ByteCursor(await file.read(box.contentStart, box.end - box.contentStart));
      cursor.take(4);
      tables.set(box.type, cursor);
    }
  }
  return tables;
}

function readSizes(tables: Tables): { count: number; at: (sample: number) => number } {
  const table = tables.get("stsz");
  // Its compact form is in use for sound only, if anywhere.
  if (table === undefined) throw new BadFileError("A track is broken.");
  const same = table.uint(4);
  const count = table.uint(4);
  if (count > mostSamples) throw new BadFileError("The file has too many parts.");
  if (same !== 0) return { count, at: () => same };
  const bytes = table.take(count * 4);
  return { count, at: (sample) => bytes.readUInt32BE(sample * 4) };
}

function readOffsets(tables: Tables): number[] {
  const wide = tables.get("co64");
  const table = wide ?? tables.get("stco");
  if (table === undefined) throw new BadFileError("A track is broken.");
  const count = table.uint(4);
  if (count > mostChunks) throw new BadFileError("The file has too many parts.");
  return Array.from({ length: count }, () => table.uint(wide === undefined ? 4 : 8));
}

function readRuns(tables: Tables): ChunkRun[] {
  const table = tables.get("stsc");
  if (table === undefined) throw new BadFileError("A track is broken.");
  const count = table.uint(4);
  if (count > mostChunks) throw new BadFileError("The file has too many parts.");
  return Array.from({ length: count }, () => {
    const [firstChunk, samples] = [table.uint(4), table.uint(4)];
    table.take(4);
    return { firstChunk, samples };
  });
}
