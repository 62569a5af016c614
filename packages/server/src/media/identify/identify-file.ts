/** Tells whether a file is what it is said to be, by nothing but its bytes. */
import { findMediaType, type MediaKind, type mediaTypes, toMediaType } from "@pipit/protocol/media-types";
import { fileTypeFromFile } from "file-type";
import type { Refusal } from "../media-processor.ts";
import { BadFileError, catchRefusal } from "./bad-file.ts";
import { type ByteFile, withByteFile } from "./byte-file.ts";
import { readOgg } from "./ogg-pages.ts";
import { readAvi, readWav } from "./riff-file.ts";
import { verifyAvif, verifyHeic, verifyM4a, verifyMp4, verifyQuickTime } from "./verify-iso.ts";
import { verifyAac, verifyMp3 } from "./verify-mpeg-audio.ts";
import { verifyDoc, verifyXls } from "./verify-office.ts";
import { verifyDocx, verifyXlsx } from "./verify-open-xml.ts";
import { verifyPdf } from "./verify-pdf.ts";
import { verifyText } from "./verify-text.ts";
import { verifyWebmAudio, verifyWebmVideo } from "./verify-webm.ts";

type MediaTypeName = keyof typeof mediaTypes;

/**
 * What a file of a type may look like at its beginning, in the names of file-type (or ours, where it has one of our
 * types), and what must be so beyond that. `unknown` stands for a beginning that says nothing.
 */
type Check = { looksLike: readonly string[]; verify?: (file: ByteFile) => Promise<unknown> };

const film = ["video/mp4", "video/quicktime", "audio/mp4", "video/3gpp", "video/3gpp2"];
const stillPicture = ["image/heic", "image/heic-sequence", "image/heif-sequence", "image/avif"];
const openXml = "application/vnd.openxmlformats-officedocument";

/** The pictures that have no `verify` are walked from end to end when they are cleaned. */
const checks: Record<MediaTypeName, Check> = {
  "image/jpeg": { looksLike: ["image/jpeg"] },
  "image/png": { looksLike: ["image/png", "image/apng"] },
  "image/gif": { looksLike: ["image/gif"] },
  "image/webp": { looksLike: ["image/webp"] },
  "image/heic": { looksLike: stillPicture, verify: verifyHeic },
  "image/avif": { looksLike: stillPicture, verify: verifyAvif },
  "video/mp4": { looksLike: film, verify: verifyMp4 },
  "video/webm": { looksLike: ["video/webm"], verify: verifyWebmVideo },
  "video/quicktime": { looksLike: film, verify: verifyQuickTime },
  "video/x-msvideo": { looksLike: ["video/x-msvideo"], verify: readAvi },
  "audio/mpeg": { looksLike: ["audio/mpeg", "unknown"], verify: verifyMp3 },
  "audio/wav": { looksLike: ["audio/wav"], verify: readWav },
  "audio/ogg": { looksLike: ["audio/ogg"], verify: readOgg },
  "audio/webm": { looksLike: ["video/webm"], verify: verifyWebmAudio },
  "audio/mp4": { looksLike: film, verify: verifyM4a },
  "audio/aac": { looksLike: ["audio/aac", "unknown"], verify: verifyAac },
  "application/pdf": { looksLike: ["application/pdf"], verify: verifyPdf },
  "application/msword": { looksLike: ["application/x-cfb"], verify: verifyDoc },
  [`${openXml}.wordprocessingml.document`]: {
    looksLike: [`${openXml}.wordprocessingml.document`, "application/zip"],
    verify: verifyDocx,
  },
  "application/vnd.ms-excel": { looksLike: ["application/x-cfb"], verify: verifyXls },
  [`${openXml}.spreadsheetml.sheet`]: {
    looksLike: [`${openXml}.spreadsheetml.sheet`, "application/zip"],
    verify: verifyXlsx,
  },
  "text/plain": { looksLike: [], verify: verifyText },
  "text/csv": { looksLike: [], verify: verifyText },
};

/**
 * Files of these types can be made of nothing but text. Other signatures are found at the beginning of honest texts
 * ("BMW", "Get free", "GIFs …"), and the files that they stand for have bytes that no text has.
 */
const writtenAsText = new Set([
  "application/pdf",
  "application/postscript",
  "application/eps",
  "application/rtf",
  "application/xml",
  "application/x-ms-regedit",
  "text/vcard",
  "text/calendar",
]);

/**
 * Whether a file is of the type that is claimed for it.
 * @param claimed one of `mediaTypes`; any other name is a fault of ours and throws plainly
 * @returns the type and its kind, or why the file is refused
 */
export async function identifyFile(
  path: string,
  claimed: string,
): Promise<{ mimeType: string; kind: MediaKind } | Refusal> {
  const type = findMediaType(claimed);
  const check = new Map<string, Check>(Object.entries(checks)).get(claimed);
  if (type === undefined || check === undefined) throw new Error(`no media type: ${claimed}`);
  return await catchRefusal(async () => {
    await withByteFile(path, (file) => verify(file, path, check));
    return { mimeType: claimed, kind: type.kind };
  });
}

async function verify(file: ByteFile, path: string, { looksLike, verify }: Check): Promise<void> {
  if (file.size === 0) throw new BadFileError("The file is empty.");
  const look = await findLook(path);
  const fits = verify === verifyText ? !writtenAsText.has(look) : looksLike.includes(look);
  if (!fits) throw new BadFileError("The file is not of the type that it is said to be.");
  await verify?.(file);
}

async function findLook(path: string): Promise<string> {
  try {
    const found = await fileTypeFromFile(path);
    return found === undefined ? "unknown" : (toMediaType(found.mime) ?? found.mime);
  } catch (error) {
    if (error instanceof Error && "syscall" in error) throw error;
    // The library stumbled over the bytes: it did not get so far as to know them.
    return "unknown";
  }
}
