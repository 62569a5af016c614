/** Makes the placeholder of a picture: a ThumbHash (https://evanw.github.io/thumbhash/). */
import type { Sharp } from "sharp";
import { rgbaToThumbHash } from "thumbhash";

// The algorithm takes no more.
const maxSide = 100;

/** The ThumbHash in base64, of the picture as one sees it. Decodes the whole picture. */
export async function hashPicture(picture: Sharp): Promise<string> {
  const { data, info } = await picture
    .autoOrient()
    .resize(maxSide, maxSide, { fit: "inside" })
    .toColourspace("srgb")
    .ensureAlpha()
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  return Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString("base64");
}
