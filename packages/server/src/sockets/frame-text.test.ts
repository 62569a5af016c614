/** Frames are read back here as RFC 6455 says that a client reads them. */
import { expect, it } from "vitest";
import { frameText } from "./frame-text.ts";

/** The text of an unmasked text frame that ends where the bytes end. */
function readFrame(frame: string): string {
  const bytes = Buffer.from(frame, "latin1");
  expect(bytes.readUInt8(0)).toBe(0x81);
  const short = bytes.readUInt8(1);
  const start = short === 126 ? 4 : short === 127 ? 10 : 2;
  const length = start === 2 ? short : start === 4 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  expect(bytes.length).toBe(start + length);
  return bytes.toString("utf8", start);
}

it.each([0, 1, 124, 125, 126, 65_534, 65_535, 65_536, 200_000])(
  "holds a text of %i bytes, with its prefix",
  (length) => {
    const text = "x".repeat(length);
    expect(readFrame(frameText("4", text))).toBe(`4${text}`);
  },
);

it.each([0, 1, 40, 41, 62, 63, 21_844, 21_845, 40_000])(
  "holds %i letters of one, two, three and four bytes",
  (count) => {
    for (const letter of ["é", "ÿ", "Ж", "€", "語", "😀", "aé", "é😀"]) {
      const text = letter.repeat(count);
      expect(readFrame(frameText("4", text))).toBe(`4${text}`);
    }
  },
);
