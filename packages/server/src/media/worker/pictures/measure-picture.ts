/** Measures a picture, and decodes it to see that it is one. */
import type { Metadata } from "sharp";
import type { Refusal } from "../../media-processor.ts";
import type { Measures, Subject } from "../inspect-file.ts";
import { hashPicture } from "./hash-picture.ts";
import { readHeicSize } from "./heic-size.ts";
import { allowLoaders, maxPixels, openPicture, readHeader, tooManyPixels, toRefusal } from "./open-picture.ts";

/** All pages of a moving picture together may have so many pixels. */
const maxPixelsOfPages = 1_000_000_000;

/**
 * What libjpeg calls a warning and is damage to the picture: bits that are no code, or too few of them. Its other warnings
 * are of oddities that every viewer puts up with, such as a strange version number or padding.
 */
const damage = /premature end|bad (Huffman|arithmetic) code|instead of RST/;

export async function measurePicture({ path, mimeType }: Subject): Promise<Measures | Refusal> {
  // The libvips that comes with sharp can't decode HEVC, for the patents on it.
  if (mimeType === "image/heic") return await measureHeic(path);
  allowLoaders([mimeType]);
  try {
    const header = await readHeader(path);
    if (countPixels(header) > maxPixels || countPixels(header) * (header.pages ?? 1) > maxPixelsOfPages) {
      return tooManyPixels;
    }
    const thumbhash = await hashWhole(path, mimeType);
    const { width, height } = header.autoOrient;
    return { width, height, orientation: header.orientation ?? null, thumbhash };
  } catch (error) {
    return toRefusal(error);
  }
}

function countPixels({ width, height }: Metadata): number {
  return width * height;
}

async function measureHeic(path: string): Promise<Measures | Refusal> {
  const size = await readHeicSize(path);
  if (!size) return { code: "unsupported_type", message: "The picture is damaged or incomplete." };
  return size.width * size.height > maxPixels ? tooManyPixels : size;
}

/**
 * Rubbish inside of a JPEG is no error to libjpeg, which shows it as grey and warns. (Of the other types, what is only a
 * warning is always harmless, such as an odd colour profile.)
 */
async function hashWhole(path: string, mimeType: string): Promise<string> {
  if (mimeType !== "image/jpeg") return await hashPicture(openPicture(path));
  try {
    return await hashPicture(openPicture(path, "warning"));
  } catch (error) {
    if (!(error instanceof Error) || damage.test(error.message)) throw error;
    return await hashPicture(openPicture(path));
  }
}
