/** Files to send: a table of letters and digits, and photographs of nothing. */
import { createHash } from "node:crypto";
import sharp from "sharp";
import type { Random } from "../random.ts";

/** Bytes without being that many in memory: a block, again and again. */
export type Content = { name: string; type: string; size: number; chunks(): Iterable<Buffer>; sha256: string };

const blockBytes = 1_000_000;
const lineBytes = 100;

/** A CSV file of `size` bytes. */
export function makeTable(size: number, random: Random): Content {
  const lines = Array.from({ length: blockBytes / lineBytes }, () => makeLine(random));
  const block = Buffer.from(lines.join(""));
  function* chunks(): Generator<Buffer> {
    for (let sent = 0; sent < size; sent += block.length) yield block.subarray(0, size - sent);
  }
  return { name: "table.csv", type: "text/csv", size, chunks, sha256: digest(chunks()) };
}

function makeLine(random: Random): string {
  const fields = Array.from({ length: 9 }, () => random.next().toString(36).slice(2, 12).padEnd(10, "0"));
  return `${fields.join(",")}\n`;
}

const blocksAcross = 8;
const quality = 88;

/** A JPEG of `pixels` pixels, four to three, with as much in it as a photograph has. */
export async function makePicture(pixels: number, random: Random): Promise<Content> {
  const height = Math.round(Math.sqrt((pixels * 3) / 4));
  const width = Math.round((height * 4) / 3);
  const small = { width: Math.ceil(width / blocksAcross), height: Math.ceil(height / blocksAcross) };
  const noise = Buffer.alloc(small.width * small.height * 3);
  for (let at = 0; at < noise.length; at += 1) noise[at] = random.between(0, 255);
  const bytes = await sharp(noise, { raw: { ...small, channels: 3 } })
    .resize(width, height, { fit: "fill" })
    .jpeg({ quality })
    .toBuffer();
  return { name: "photo.jpg", type: "image/jpeg", size: bytes.length, chunks: () => [bytes], sha256: digest([bytes]) };
}

function digest(chunks: Iterable<Buffer>): string {
  const hash = createHash("sha256");
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest("hex");
}
