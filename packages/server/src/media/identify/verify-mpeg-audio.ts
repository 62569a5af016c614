/** Makes sure that a file is MP3 or AAC: frames one after the other, for their marks alone are found in any noise. */
import { BadFileError } from "./bad-file.ts";
import type { ByteFile } from "./byte-file.ts";
import { lengthOfAdtsFrame, lengthOfMp3Frame } from "./mpeg-frames.ts";

/** So many frames in a row are no accident. */
const enoughFrames = 5;
const mostPadding = 64 * 1024;
const mostTags = 4;

export const verifyMp3 = (file: ByteFile) => verifyFrames(file, lengthOfMp3Frame);
export const verifyAac = (file: ByteFile) => verifyFrames(file, lengthOfAdtsFrame);

async function verifyFrames(file: ByteFile, lengthOf: (header: Buffer) => number | undefined): Promise<void> {
  let at = await skipPadding(file, await skipTags(file));
  for (let frames = 0; frames < enoughFrames; frames += 1) {
    if (frames > 0 && (await isEnd(file, at))) return;
    const length = lengthOf(await file.peek(at, 8));
    if (length === undefined) throw new BadFileError("There is no sound of this type in the file.");
    if (at + length > file.size) throw new BadFileError("The file is cut off.");
    at += length;
  }
}

/** Titles and covers in front (ID3v2): a header with a length of four times seven bits. */
async function skipTags(file: ByteFile): Promise<number> {
  let at = 0;
  for (let tag = 0; tag < mostTags; tag += 1) {
    const header = await file.peek(at, 10);
    if (header.length < 10 || header.toString("latin1", 0, 3) !== "ID3") break;
    const size = header.subarray(6).reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0);
    const hasFooter = (header.readUInt8(5) & 0x10) !== 0;
    at += 10 + size + (hasFooter ? 10 : 0);
  }
  return at;
}

async function skipPadding(file: ByteFile, start: number): Promise<number> {
  const bytes = await file.peek(start, mostPadding);
  const padding = bytes.findIndex((byte) => byte !== 0);
  return start + Math.max(padding, 0);
}

/** The end of the file, or of its sound: short files may have titles behind (ID3v1, APE). */
async function isEnd(file: ByteFile, at: number): Promise<boolean> {
  return at === file.size || /^(TAG|APETAGEX)/.test((await file.peek(at, 8)).toString("latin1"));
}
