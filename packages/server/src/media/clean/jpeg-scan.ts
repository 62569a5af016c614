/** Finds the end of a scan: the entropy-coded bytes of JPEG, in which markers are told from data (ITU-T T.81, B.1.1.5). */
import { BadFileError } from "../identify/bad-file.ts";
import type { ByteFile } from "../identify/byte-file.ts";

/** Where the first marker stands that is not one of the scan's own. @throws {BadFileError} when there is none */
export async function findScanEnd(file: ByteFile, start: number): Promise<number> {
  let markStart = -1;
  let windowStart = start;
  for await (const bytes of file.stream(start, file.size)) {
    for (let index = 0; index < bytes.length; index += 1) {
      const byte = bytes[index];
      if (byte === 0xff) {
        if (markStart === -1) markStart = windowStart + index;
      } else if (markStart !== -1) {
        if (!isData(byte)) return markStart;
        markStart = -1;
      }
    }
    windowStart += bytes.length;
  }
  throw new BadFileError("The picture is cut off.");
}

/** What follows 0xff without ending the scan: the zero that makes it data, and the restart markers. */
function isData(byte: number | undefined): boolean {
  return byte === 0 || (byte !== undefined && byte >= 0xd0 && byte <= 0xd7);
}
