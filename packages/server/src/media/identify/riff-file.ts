/** Walks WAV and AVI files from end to end. */
import { BadFileError, Budget } from "./bad-file.ts";
import type { ByteFile } from "./byte-file.ts";
import { type Chunk, readChunk, walkChunks } from "./riff-chunks.ts";

const mostChunks = 10_000;

/** @returns where the sound ends: what follows belongs to nothing. @throws {BadFileError} when it is cut off */
export async function readWav(file: ByteFile): Promise<number> {
  const riff = await readChunk(file, 0);
  await requireForm(file, 0, "WAVE");
  const isOpen = isOpenEnded(riff);
  if (!isOpen && riff.end > file.size) throw new BadFileError("The file is cut off.");
  const end = isOpen ? file.size : riff.end;
  const types = new Set<string>();
  const budget = new Budget(mostChunks);
  for (let at = 12; end - at >= 8; ) {
    budget.take();
    const chunk = await readChunk(file, at);
    const isRest = isOpen && chunk.type === "data" && isOpenEnded(chunk);
    if (!isRest && chunk.end > end) throw new BadFileError("The file is cut off.");
    types.add(chunk.type);
    at = isRest ? end : chunk.next;
  }
  if (!types.has("fmt ") || !types.has("data")) throw new BadFileError("There is no sound in the file.");
  return isOpen ? end : Math.min(riff.next, file.size);
}

/** @returns where the film ends: what follows belongs to nothing. @throws {BadFileError} when it is cut off */
export async function readAvi(file: ByteFile): Promise<number> {
  const budget = new Budget(mostChunks);
  const lists = new Set<string>();
  let at = 0;
  // Films above 1 GB go on in further chunks at the top.
  while ((await file.peek(at, 4)).toString("latin1") === "RIFF") {
    budget.take();
    const riff = await readChunk(file, at);
    if (riff.end > file.size) throw new BadFileError("The file is cut off.");
    await requireForm(file, at, at === 0 ? "AVI " : "AVIX");
    for await (const chunk of walkChunks(file, riff.contentStart + 4, riff.end, budget)) {
      if (chunk.type === "LIST") lists.add((await file.read(chunk.contentStart, 4)).toString("latin1"));
    }
    at = Math.min(riff.next, file.size);
  }
  if (!lists.has("hdrl") || !lists.has("movi")) throw new BadFileError("There is no film in the file.");
  return at;
}

/** Programs that can't go back write one of these for a length that they did not know yet. */
function isOpenEnded({ contentStart, end }: Chunk): boolean {
  return end === contentStart || end - contentStart === 0xffffffff;
}

async function requireForm(file: ByteFile, start: number, form: string): Promise<void> {
  const found = (await file.read(start + 8, 4)).toString("latin1");
  if (found !== form) throw new BadFileError("The file is of another type.");
}
