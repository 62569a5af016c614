/** Builds and spoils pictures: parts put into JPEG, PNG, WebP and GIF, and EXIF that tells a place. */
import { crc32 } from "node:zlib";
import sharp, { type Sharp } from "sharp";

/** What must not be in what others get: it stands for a place, an owner, a script. */
export const secret = "secret-51.5007N-0.1246W";
export const secretBytes = Buffer.from(secret);

/** A picture in which no pixel is like the next, so that nothing can change unseen. */
export function makePicture(width = 64, height = 48): Sharp {
  const pixels = Buffer.alloc(width * height * 3);
  for (let at = 0; at < pixels.length; at += 1) pixels[at] = (at * 31 + Math.floor(at / width) * 17) % 256;
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** EXIF with an orientation, a camera's owner and a place, in either order of bytes. */
export function makeTellingExif(orientation: number, isLittle = true): Buffer {
  const bytes = Buffer.alloc(200);
  const uint16 = (value: number, at: number) =>
    isLittle ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at);
  const uint32 = (value: number, at: number) =>
    isLittle ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at);
  const entry = (at: number, tag: number, type: number, count: number, value: number) => {
    uint16(tag, at);
    uint16(type, at + 2);
    uint32(count, at + 4);
    if (type === 3) uint16(value, at + 8);
    else uint32(value, at + 8);
  };
  bytes.write(isLittle ? "II" : "MM");
  uint16(42, 2);
  uint32(8, 4);
  uint16(3, 8);
  entry(10, 0x010f, 2, secret.length + 1, 100);
  entry(22, 0x0112, 3, 1, orientation);
  entry(34, 0x8825, 4, 1, 150);
  bytes.write(secret, 100);
  uint16(1, 150);
  entry(152, 0x0001, 2, 2, 0x4e000000);
  return bytes;
}

export const xmp = Buffer.from(
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>${secret}</exif:GPSLatitude></x:xmpmeta>`,
);

export function jpegSegment(marker: number, content: Buffer | string): Buffer {
  const bytes = Buffer.from(content);
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(bytes.length + 2, 2);
  return Buffer.concat([head, bytes]);
}

/** Segments put in right behind the beginning. */
export function addToJpeg(jpeg: Buffer, ...segments: Buffer[]): Buffer {
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}

export function jpegExif(orientation: number): Buffer {
  return jpegSegment(0xe1, Buffer.concat([Buffer.from("Exif\0\0"), makeTellingExif(orientation)]));
}

export function pngChunk(type: string, content: Buffer | string): Buffer {
  const bytes = Buffer.from(content);
  const name = Buffer.from(type, "latin1");
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32BE(bytes.length, 0);
  lengths.writeUInt32BE(crc32(bytes, crc32(name)), 4);
  return Buffer.concat([lengths.subarray(0, 4), name, bytes, lengths.subarray(4)]);
}

/** Where the header of a PNG ends. */
const pngHeaderEnd = 33;

/** Chunks put in right behind the header. */
export function addToPng(png: Buffer, ...chunks: Buffer[]): Buffer {
  return Buffer.concat([png.subarray(0, pngHeaderEnd), ...chunks, png.subarray(pngHeaderEnd)]);
}

export function makePngHeader(width: number, height: number): Buffer {
  const content = Buffer.alloc(13);
  content.writeUInt32BE(width, 0);
  content.writeUInt32BE(height, 4);
  content.writeUInt8(8, 8);
  content.writeUInt8(2, 9);
  return pngChunk("IHDR", content);
}

/** A comment of a GIF, in blocks of 255 bytes. */
export function gifExtension(label: number, content: Buffer | string, name?: string): Buffer {
  const bytes = Buffer.from(content);
  const blocks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 255) {
    const block = bytes.subarray(at, at + 255);
    blocks.push(Buffer.of(block.length), block);
  }
  const head = name === undefined ? [] : [Buffer.of(name.length), Buffer.from(name)];
  return Buffer.concat([Buffer.of(0x21, label), ...head, ...blocks, Buffer.of(0)]);
}

/** Blocks put in right behind the table of colours. */
export function addToGif(gif: Buffer, ...blocks: Buffer[]): Buffer {
  const flags = gif.readUInt8(10);
  const end = 13 + ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));
  return Buffer.concat([gif.subarray(0, end), ...blocks, gif.subarray(end)]);
}

/** A frame of one pixel. */
export const gifFrame = Buffer.from("2c0000000001000100000202440100", "hex");

/** Chunks put in behind the pictures of an extended WebP, of which `flags` says that they are there. */
export function addToWebp(webp: Buffer, flags: number, ...chunks: Buffer[]): Buffer {
  const extended = Buffer.concat([webp, ...chunks]);
  extended.writeUInt32LE(extended.length - 8, 4);
  extended.writeUInt8(extended.readUInt8(20) | flags, 20);
  return extended;
}
