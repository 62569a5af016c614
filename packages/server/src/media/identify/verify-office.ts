/** Tells DOC and XLS apart from each other and from whatever else lies in compound files. */
import { BadFileError } from "./bad-file.ts";
import type { ByteFile } from "./byte-file.ts";
import { readRootEntries } from "./compound-file.ts";

export const verifyDoc = (file: ByteFile) => verifyStreams(file, ["WordDocument"]);
/** `Book` is what Excel 5 and 95 wrote. */
export const verifyXls = (file: ByteFile) => verifyStreams(file, ["Workbook", "Book"]);

async function verifyStreams(file: ByteFile, names: string[]): Promise<void> {
  const entries = await readRootEntries(file);
  const isThere = entries.some(({ name, isStream }) => isStream && names.includes(name));
  if (!isThere) throw new BadFileError("This is an Office file of another type.");
}
