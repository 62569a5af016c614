/** Tells DOCX and XLSX by the list of what is in them, and refuses lists that lie. Nothing is unpacked. */
import { type Entry, validateFileName, type ZipFile } from "yauzl";
import { BadFileError } from "./bad-file.ts";
import type { ByteFile } from "./byte-file.ts";
import { openZip, readingZip } from "./open-zip.ts";

const limits = {
  entries: 10_000,
  unpackedBytes: 1024 ** 3,
  /** How much larger than the file all of it may be, and one entry than its packed form. */
  ratio: 200,
  entryRatio: 1_000,
  entryRatioFrom: 1024 ** 2,
};

/** The record that ends the list, in its usual form and in that of large files. */
const listEnds = ["PK\x05\x06", "PK\x06\x06"];
const unicodeName = 0x7075;
const encrypted = 0x2041;
const sizesFollow = 0x08;

export const verifyDocx = (file: ByteFile) => verifyOpenXml(file, /^word\/document\d*\.xml$/);
export const verifyXlsx = (file: ByteFile) => verifyOpenXml(file, /^xl\/workbook\.xml$/);

async function verifyOpenXml(file: ByteFile, main: RegExp): Promise<void> {
  const zip = await openZip(file);
  if (zip.entryCount > limits.entries) throw new BadFileError("The file has too many parts.");
  const entries = await readingZip(() => listEntries(zip));
  await verifyListEnd(file, zip);
  verifyNames(entries, main);
  entries.forEach(verifyEntry);
  verifySizes(entries, file.size);
  await verifyPlaces(zip, entries);
}

async function listEntries(zip: ZipFile): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) entries.push(entry);
  return entries;
}

/** The list must be as long as it says: other readers go by its bytes, and would find what is not counted. */
async function verifyListEnd(file: ByteFile, zip: ZipFile): Promise<void> {
  // The cursor is a number, whatever the library's types say.
  const next = await file.peek(Number(zip.readEntryCursor), 4);
  if (!listEnds.includes(next.toString("latin1"))) throw new BadFileError("The file has uncounted parts.");
}

function verifyNames(entries: Entry[], main: RegExp): void {
  const names = entries.map(({ fileNameRaw }) => fileNameRaw.toString("latin1"));
  if (!entries.every(hasCleanName)) throw new BadFileError("A part of the file has a name that it can't have.");
  if (new Set(names).size !== names.length) throw new BadFileError("Two parts of the file have the same name.");
  if (!names.includes("[Content_Types].xml")) throw new BadFileError("This is no Office file.");
  if (!names.some((name) => main.test(name))) throw new BadFileError("This is an Office file of another type.");
  if (names.some((name) => /vbaProject\.bin$/i.test(name))) throw new BadFileError("Files with macros are not taken.");
}

/** The library has looked at the name as it reads it, in which control characters have become signs. */
function hasCleanName({ fileName, fileNameRaw, extraFields }: Entry): boolean {
  const isShown = fileName !== "" && fileNameRaw.every((byte) => byte >= 0x20 && byte !== 0x7f);
  // A second name, for readers who know Unicode, must not be another one.
  const hasOther = extraFields.some(({ id }) => id === unicodeName) && fileName !== fileNameRaw.toString("utf8");
  return isShown && !hasOther && validateFileName(fileNameRaw.toString("latin1")) === null;
}

function verifyEntry(entry: Entry): void {
  if ((entry.generalPurposeBitFlag & encrypted) !== 0) throw new BadFileError("The file is encrypted.");
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) throw new BadFileError("The file can't be read.");
  const { uncompressedSize, compressedSize } = entry;
  const isLarge = uncompressedSize > limits.entryRatioFrom;
  if (isLarge && uncompressedSize > compressedSize * limits.entryRatio) throw tooLarge();
}

function verifySizes(entries: Entry[], fileSize: number): void {
  const unpacked = entries.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  if (unpacked > limits.unpackedBytes || unpacked > fileSize * limits.ratio) throw tooLarge();
}

/** No part may lie in another, nor anything in front of the first. */
async function verifyPlaces(zip: ZipFile, entries: Entry[]): Promise<void> {
  const byPlace = entries.toSorted((one, other) => one.relativeOffsetOfLocalHeader - other.relativeOffsetOfLocalHeader);
  if (byPlace[0]?.relativeOffsetOfLocalHeader !== 0) throw new BadFileError("Something precedes the file's parts.");
  let free = 0;
  for (const entry of byPlace) {
    if (entry.relativeOffsetOfLocalHeader < free) throw new BadFileError("Parts of the file lie in one another.");
    const { fileDataStart } = await verifyLocalHeader(zip, entry);
    free = fileDataStart + entry.compressedSize;
  }
}

/** Each part must say the same of itself as the list does: readers differ in which of the two they ask. */
async function verifyLocalHeader(zip: ZipFile, entry: Entry): Promise<{ fileDataStart: number }> {
  const local = await readingZip(() => zip.readLocalFileHeaderPromise(entry));
  const isSame =
    local.fileName.equals(entry.fileNameRaw) &&
    local.compressionMethod === entry.compressionMethod &&
    (local.generalPurposeBitFlag & encrypted) === 0;
  const hasSizes = (local.generalPurposeBitFlag & sizesFollow) === 0 && local.compressedSize !== 0xffffffff;
  const isSameSize = local.compressedSize === entry.compressedSize && local.uncompressedSize === entry.uncompressedSize;
  if (!isSame || (hasSizes && !isSameSize)) throw new BadFileError("A part of the file differs from its list.");
  return local;
}

function tooLarge(): BadFileError {
  return new BadFileError("The file would be far larger when unpacked.", "too_large");
}
