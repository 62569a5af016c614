/** How large a picture may say that it is: decoders make room for what a header promises. */
import { BadFileError } from "../identify/bad-file.ts";

/** What sharp takes unless told otherwise; a camera of 200 megapixels is well below it. */
const mostPixels = 0x3fff * 0x3fff;

/** @throws {BadFileError} `too_large`, or for a picture without a size */
export function requirePixels(width: number, height: number): void {
  if (width === 0 || height === 0) throw new BadFileError("The picture has no size.");
  if (width * height > mostPixels) throw new BadFileError("The picture has too many pixels.", "too_large");
}
