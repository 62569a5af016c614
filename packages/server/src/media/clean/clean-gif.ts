/** Cleans GIF: what the pictures are made of stays, what is told about them goes (GIF89a, appendix A). */
import { BadFileError, Budget } from "../identify/bad-file.ts";
import type { ByteFile } from "../identify/byte-file.ts";
import type { Cleaned } from "./cleaned.ts";
import { requirePixels } from "./picture-limits.ts";
import { Pieces } from "./pieces.ts";

type Walk = { file: ByteFile; pieces: Pieces; frames: Budget; hasFrame: boolean };

const introducers = { extension: 0x21, image: 0x2c, trailer: 0x3b } as const;
const labels = { control: 0xf9, application: 0xff } as const;
const trailer = Buffer.from([introducers.trailer]);

/** How often an animation repeats. Content of a few bytes: more than that would be something else under its name. */
const loopNames = ["NETSCAPE2.0", "ANIMEXTS1.0"];
const longestLoop = 32;

const mostFrames = 10_000;
const mostBlocks = 50_000;

/** Comments, texts, what programs put in for themselves, and all that follows the end are left out. */
export async function cleanGif(file: ByteFile): Promise<Cleaned> {
  const walk: Walk = { file, pieces: new Pieces(), frames: new Budget(mostFrames), hasFrame: false };
  const budget = new Budget(mostBlocks);
  for (let at = await takeHeader(walk); ; ) {
    budget.take();
    const [introducer] = await file.peek(at, 1);
    // Some programs forget the trailer: where a block has ended and a picture was there, it is put in.
    if (introducer === undefined && walk.hasFrame) walk.pieces.put(trailer);
    else if (introducer === introducers.trailer && walk.hasFrame) walk.pieces.keep(at, at + 1);
    else {
      at = await takeBlock(walk, at, introducer);
      continue;
    }
    return walk;
  }
}

async function takeHeader({ file, pieces }: Walk): Promise<number> {
  const header = await file.read(0, 13);
  if (!/^GIF8[79]a/.test(header.toString("latin1", 0, 6))) throw new BadFileError("This is no GIF.");
  requirePixels(header.readUInt16LE(6), header.readUInt16LE(8));
  const end = 13 + lengthOfTable(header.readUInt8(10));
  await file.read(0, end);
  pieces.keep(0, end);
  return end;
}

/** @returns where the block ends */
async function takeBlock(walk: Walk, start: number, introducer: number | undefined): Promise<number> {
  if (introducer === introducers.image) return await takeImage(walk, start);
  if (introducer === introducers.extension) return await takeExtension(walk, start);
  throw new BadFileError("The picture is broken.");
}

async function takeImage(walk: Walk, start: number): Promise<number> {
  walk.frames.take();
  const descriptor = await walk.file.read(start, 10);
  requirePixels(descriptor.readUInt16LE(5), descriptor.readUInt16LE(7));
  const codeSize = start + 10 + lengthOfTable(descriptor.readUInt8(9));
  const end = await findBlocksEnd(walk.file, codeSize + 1);
  walk.pieces.keep(start, end);
  walk.hasFrame = true;
  return end;
}

async function takeExtension(walk: Walk, start: number): Promise<number> {
  const end = await findBlocksEnd(walk.file, start + 2);
  const head = await walk.file.peek(start, 14);
  const label = head.readUInt8(1);
  const isLoop = label === labels.application && loopNames.includes(head.toString("latin1", 3, 14));
  if ((label === labels.control && end - start === 8) || (isLoop && end - start <= longestLoop)) {
    walk.pieces.keep(start, end);
  }
  return end;
}

/** A table of colours: its length is a power of two, three bytes to each colour. */
function lengthOfTable(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}

/** Content comes in blocks of up to 255 bytes, each after its length; a length of zero ends it. */
async function findBlocksEnd(file: ByteFile, start: number): Promise<number> {
  let at = start;
  for (;;) {
    const bytes = await file.view(at);
    if (bytes.length === 0) throw new BadFileError("The picture is cut off.");
    let index = 0;
    while (index < bytes.length) {
      const length = bytes.readUInt8(index);
      if (length === 0) return at + index + 1;
      index += length + 1;
    }
    at += index;
  }
}
