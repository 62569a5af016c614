/** Walks an Ogg file from page to page (RFC 3533). */
import { BadFileError, Budget } from "./bad-file.ts";
import type { ByteFile } from "./byte-file.ts";

/** How the first packet of a stream that is sound begins; Skeleton (`fishead`) describes the others. */
const soundPackets = ["OpusHead", "\x01vorbis", "\x7fFLAC", "Speex   ", "fishead\0"];

/** Two hours, even of the writers that begin a page with every packet; most do so once a second. */
const mostPages = 400_000;
const firstOfStream = 2;

/**
 * Looks at every page. @returns where the last one ends: what follows belongs to nothing
 * @throws {BadFileError} when a page is cut off, or a stream is not sound
 */
export async function readOgg(file: ByteFile): Promise<number> {
  const budget = new Budget(mostPages);
  let streams = 0;
  let at = 0;
  while ((await file.peek(at, 4)).toString("latin1") === "OggS") {
    budget.take();
    const header = await file.read(at, 27);
    const sizes = await file.read(at + 27, header.readUInt8(26));
    const contentStart = at + 27 + sizes.length;
    at = contentStart + sizes.reduce((sum, size) => sum + size, 0);
    if (at > file.size) throw new BadFileError("The file is cut off.");
    if ((header.readUInt8(5) & firstOfStream) === 0) continue;
    await requireSound(file, contentStart);
    streams += 1;
  }
  if (streams === 0) throw new BadFileError("There is no sound in the file.");
  return at;
}

async function requireSound(file: ByteFile, packet: number): Promise<void> {
  const beginning = (await file.peek(packet, 8)).toString("latin1");
  if (!soundPackets.some((known) => beginning.startsWith(known))) throw new BadFileError("This is more than sound.");
}
