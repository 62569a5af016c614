/** Makes sure that a file is text: UTF-8 from end to end, without the characters that no text has. */
import { BadFileError } from "./bad-file.ts";
import type { ByteFile } from "./byte-file.ts";

/** Tabs, ends of lines and pages, and the escape of coloured logs; NUL and the other controls are not text. */
const allowedControls = new Set([0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1b]);
const isControl = Uint8Array.from({ length: 256 }, (_, byte) => (byte < 0x20 && !allowedControls.has(byte) ? 1 : 0));

export async function verifyText(file: ByteFile): Promise<void> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for await (const bytes of file.stream(0, file.size)) {
    if (hasControl(bytes)) throw new BadFileError("This is no text.");
    decode(decoder, bytes);
  }
  decode(decoder, undefined);
}

/** By index: it is several times as fast as any other way, and texts may be large. */
function hasControl(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at += 1) {
    if (isControl[bytes[at] ?? 0] === 1) return true;
  }
  return false;
}

/** Without bytes: the end, where a character may be left half-read. */
function decode(decoder: InstanceType<typeof TextDecoder>, bytes: Buffer | undefined): void {
  try {
    decoder.decode(bytes, { stream: bytes !== undefined });
  } catch (error) {
    if (error instanceof TypeError) throw new BadFileError("This is no text in UTF-8.");
    throw error;
  }
}
