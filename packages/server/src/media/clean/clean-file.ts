/** Makes a copy of a file without places, owners and trailing bytes, where the original has such. */
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { mediaTypes } from "@pipit/protocol/media-types";
import { BadFileError, catchRefusal } from "../identify/bad-file.ts";
import { type ByteFile, withByteFile } from "../identify/byte-file.ts";
import { endsAsZip } from "../identify/ends-as-zip.ts";
import { readOgg } from "../identify/ogg-pages.ts";
import { readAvi, readWav } from "../identify/riff-file.ts";
import type { Refusal } from "../media-processor.ts";
import { cleanGif } from "./clean-gif.ts";
import { cleanHeif } from "./clean-heif.ts";
import { cleanIso } from "./clean-iso.ts";
import { cleanJpeg } from "./clean-jpeg.ts";
import { cleanPng } from "./clean-png.ts";
import { cleanWebm } from "./clean-webm.ts";
import { cleanWebp } from "./clean-webp.ts";
import type { Cleaned, Cleaner } from "./cleaned.ts";
import { Pieces } from "./pieces.ts";

const openXml = "application/vnd.openxmlformats-officedocument";

/**
 * How each type is cleaned. Types that are not here stay as they are: people want the titles and covers of their music,
 * and documents can't be changed without being understood.
 */
const cleaners: Partial<Record<keyof typeof mediaTypes, Cleaner>> = {
  "image/jpeg": cleanJpeg,
  "image/png": cleanPng,
  "image/gif": cleanGif,
  "image/webp": cleanWebp,
  "image/heic": cleanHeif,
  "image/avif": cleanHeif,
  "video/mp4": cleanIso,
  "video/quicktime": cleanIso,
  "audio/mp4": cleanIso,
  "video/webm": cleanWebm,
  "audio/webm": cleanWebm,
  "video/x-msvideo": cutAt(readAvi),
  "audio/wav": cutAt(readWav),
  "audio/ogg": cutAt(readOgg),
};

const zipTypes = new Set<string>([`${openXml}.wordprocessingml.document`, `${openXml}.spreadsheetml.sheet`]);

/**
 * Cleans a file that `identifyFile` took, without any loss to what one sees or hears.
 * @param target where the cleaned copy is written, if there is something to clean; of no use when the file is refused
 * @returns whether a copy was written, or why the file is refused: it is broken, or is an archive as well
 */
export async function cleanFile(path: string, mimeType: string, target: string): Promise<boolean | Refusal> {
  return await catchRefusal(async () => {
    const isCopied = await withByteFile(path, (file) => writeCleaned(file, mimeType, target));
    if (!zipTypes.has(mimeType)) await withByteFile(isCopied ? target : path, refuseZip);
    return isCopied;
  });
}

/** The orientation that a picture tells, 1 to 8; null where it tells none. */
export async function readOrientation(path: string, mimeType: string): Promise<number | null | Refusal> {
  return await catchRefusal(() =>
    withByteFile(path, async (file) => (await clean(file, mimeType)).orientation ?? null),
  );
}

async function writeCleaned(file: ByteFile, mimeType: string, target: string): Promise<boolean> {
  const { pieces } = await clean(file, mimeType);
  if (pieces.isWhole(file.size)) return false;
  await pipeline(pieces.read(file), createWriteStream(target));
  return true;
}

async function clean(file: ByteFile, mimeType: string): Promise<Cleaned> {
  const cleaner = new Map<string, Cleaner>(Object.entries(cleaners)).get(mimeType);
  return await (cleaner ?? cutAt(async ({ size }) => size))(file);
}

/** A zip that begins further up is opened all the same by what reads zips, and checked by nobody. */
async function refuseZip(file: ByteFile): Promise<void> {
  if (await endsAsZip(file)) throw new BadFileError("The file is an archive as well.");
}

/** Leaves out what follows the end that `findEnd` finds. */
function cutAt(findEnd: (file: ByteFile) => Promise<number>): Cleaner {
  return async (file) => {
    const pieces = new Pieces();
    pieces.keep(0, await findEnd(file));
    return { pieces };
  };
}
