/** Looks into the compressed colour profile of a PNG, which may unpack to anything. */
import { inflateSync } from "node:zlib";
import type { ByteFile } from "../identify/byte-file.ts";

const longestChunk = 4 * 1024 * 1024;
const longestProfile = 8 * 1024 * 1024;
const longestName = 79;

/** Whether the content of a chunk `iCCP` is a profile of a reasonable size (ICC.1, 7.2: `acsp` at 36). */
export async function isColourProfile(file: ByteFile, start: number, end: number): Promise<boolean> {
  if (end - start > longestChunk) return false;
  const content = await file.read(start, end - start);
  const nameEnd = content.indexOf(0);
  if (nameEnd < 1 || nameEnd > longestName || content[nameEnd + 1] !== 0) return false;
  const profile = inflate(content.subarray(nameEnd + 2));
  return profile !== undefined && profile.toString("latin1", 36, 40) === "acsp";
}

function inflate(bytes: Buffer): Buffer | undefined {
  try {
    return inflateSync(bytes, { maxOutputLength: longestProfile });
  } catch (error) {
    // Broken, or larger than that: decoders do without, or are better off without.
    if (error instanceof RangeError || (error instanceof Error && "errno" in error)) return undefined;
    throw error;
  }
}
