/** Makes sure that a file is a PDF from its first byte to its last. */
import { BadFileError } from "./bad-file.ts";
import type { ByteFile } from "./byte-file.ts";

/** Readers look for the end mark in the last 1,024 bytes (Adobe's implementation note 18). */
const tailLength = 1024;

export async function verifyPdf(file: ByteFile): Promise<void> {
  // Readers look for the beginning further down as well: what stands before it could be another file.
  if ((await file.peek(0, 5)).toString("latin1") !== "%PDF-") throw new BadFileError("This is no PDF.");
  const tail = (await file.peek(Math.max(0, file.size - tailLength), tailLength)).toString("latin1");
  const mark = tail.lastIndexOf("%%EOF");
  if (mark === -1) throw new BadFileError("The PDF is cut off.");
  if (!/^[\0\t\n\f\r ]*$/.test(tail.slice(mark + 5))) throw new BadFileError("Something follows the end of the PDF.");
}
