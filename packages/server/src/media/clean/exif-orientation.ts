/** The orientation in EXIF, and the smallest EXIF that tells nothing else (TIFF 6.0, EXIF 2.32 4.6.4). */

const orientationTag = 0x0112;
const short = 3;
const long = 4;
const entryLength = 12;

/** The orientation that a block of EXIF tells, 1 to 8; undefined if it tells none, or none that makes sense. */
export function readExifOrientation(exif: Buffer): number | undefined {
  // In WebP and PNG some programs leave the name that the block has in JPEG in front of it.
  const tiff = exif.toString("latin1", 0, 6) === "Exif\0\0" ? exif.subarray(6) : exif;
  const order = tiff.toString("latin1", 0, 2);
  if (tiff.length < 8 || (order !== "II" && order !== "MM")) return undefined;
  const isLittle = order === "II";
  const uint = (at: number, length: 2 | 4) => {
    if (at + length > tiff.length) return undefined;
    return isLittle ? tiff.readUIntLE(at, length) : tiff.readUIntBE(at, length);
  };
  const directory = uint(4, 4) ?? tiff.length;
  const count = uint(directory, 2) ?? 0;
  for (let entry = directory + 2, left = count; left > 0; left -= 1, entry += entryLength) {
    if (uint(entry, 2) === orientationTag) return toOrientation(readValue(entry));
  }
  return undefined;

  function readValue(entry: number): number | undefined {
    const type = uint(entry + 2, 2);
    if (type === short) return uint(entry + 8, 2);
    return type === long ? uint(entry + 8, 4) : undefined;
  }
}

/** EXIF with an orientation alone, as WebP and PNG have it. */
export function makeExif(orientation: number): Buffer {
  const exif = Buffer.from("4d4d002a00000008000101120003000000010000000000000000", "hex");
  exif.writeUInt16BE(orientation, 18);
  return exif;
}

/** EXIF that tells nothing. */
export const emptyExif = Buffer.from("4d4d002a00000008000000000000", "hex");

function toOrientation(value: number | undefined): number | undefined {
  return value !== undefined && value >= 1 && value <= 8 ? value : undefined;
}
