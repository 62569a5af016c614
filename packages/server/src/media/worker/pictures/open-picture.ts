/** Opens pictures with libvips, and with no more of it than a kind of picture needs. */
import sharp, { type Sharp } from "sharp";
import type { Refusal } from "../../media-processor.ts";

/** A picture may have so many pixels. */
export const maxPixels = 120_000_000;

/** The classes of libvips that read a type; a class stands for its readers of files and of bytes. */
const loaders: Record<string, string> = {
  "image/jpeg": "VipsForeignLoadJpeg",
  "image/png": "VipsForeignLoadPng",
  "image/gif": "VipsForeignLoadNsgif",
  "image/webp": "VipsForeignLoadWebp",
  "image/avif": "VipsForeignLoadHeif",
};

/** To be called once, before anything is opened. */
export function prepareSharp(): void {
  sharp.cache(false);
  sharp.concurrency(1);
  allowLoaders([]);
}

/** From now on only files of these types can be opened, whatever a file looks like to libvips. */
export function allowLoaders(types: readonly string[]): void {
  sharp.block({ operation: ["VipsForeignLoad"] });
  const allowed = types.map((type) => loaders[type]).filter((loader) => loader !== undefined);
  if (allowed.length > 0) sharp.unblock({ operation: allowed });
}

/** All types that can be opened. */
export const openTypes: readonly string[] = Object.keys(loaders);

/**
 * A picture, the first of its pages if it has several, read from top to bottom without being kept as a whole.
 * @param failOn how damaged it must be to be refused
 */
export function openPicture(input: string | Buffer, failOn: "error" | "warning" = "error"): Sharp {
  return sharp(input, { failOn, limitInputPixels: maxPixels, sequentialRead: true });
}

/** What the file's header says, however large the picture. */
export function readHeader(path: string): ReturnType<Sharp["metadata"]> {
  return sharp(path, { failOn: "error", limitInputPixels: false }).metadata();
}

/**
 * What libvips says of a file that it can't read, as a refusal.
 * @throws what is no complaint of libvips but a bug: a TypeError and the like
 */
export function toRefusal(error: unknown): Refusal {
  if (!(error instanceof Error) || error.name !== "Error") throw error;
  if (/exceeds pixel limit/.test(error.message)) return tooManyPixels;
  if (/memory|allocat/i.test(error.message)) {
    return { code: "unsupported_type", message: "The picture could not be read within the limits of time and memory." };
  }
  return { code: "unsupported_type", message: "The picture is damaged or incomplete." };
}

export const tooManyPixels: Refusal = { code: "too_large", message: "The picture has too many pixels." };
