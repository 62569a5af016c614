/** Finds archives behind, or inside the end of, other files: zip is read from its end, so that a file may be both. */
import type { ByteFile } from "./byte-file.ts";

const recordLength = 22;
const longestComment = 0xffff;
const mark = Buffer.from("PK\x05\x06", "latin1");

/** Whether a zip's last record stands in the end of the file, with a comment that reaches to the file's last byte. */
export async function endsAsZip(file: ByteFile): Promise<boolean> {
  const start = Math.max(0, file.size - recordLength - longestComment);
  const tail = await file.peek(start, recordLength + longestComment);
  for (let at = tail.lastIndexOf(mark); at !== -1; at = at === 0 ? -1 : tail.lastIndexOf(mark, at - 1)) {
    const isWhole = at + recordLength <= tail.length;
    if (isWhole && at + recordLength + tail.readUInt16LE(at + 20) === tail.length) return true;
  }
  return false;
}
