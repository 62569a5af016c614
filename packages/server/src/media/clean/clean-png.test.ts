/** PNG loses what is told about the picture, and no pixel of it. */

import { readFile } from "node:fs/promises";
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { expect, test } from "vitest";
import { makeRecording } from "../media-processor.fixture.ts";
import {
  addToPng,
  makePicture,
  makePngHeader,
  makeTellingExif,
  pngChunk,
  secret,
  xmp,
} from "./build-pictures.fixture.ts";
import { cleanBytes, expectSamePicture, refuseBytes } from "./check-cleaning.fixture.ts";

const png = await makePicture().png().toBuffer();
const clean = (bytes: Buffer) => cleanBytes(bytes, "image/png");
const refuse = (bytes: Buffer) => refuseBytes(bytes, "image/png");

test.each([
  ["a plain picture", makePicture().png()],
  ["a picture of few colours", makePicture().png({ palette: true })],
  ["a picture with a colour profile", makePicture().withIccProfile("p3").png()],
  ["an interlaced picture", makePicture().png({ progressive: true })],
  ["a deep picture", makePicture().toColourspace("rgb16").png()],
])("%s without telling parts stays as it is", async (_title, picture) => {
  const bytes = await picture.toBuffer();
  expect(await clean(bytes)).toBe(bytes);
});

test("a moving picture keeps all its frames", async () => {
  const path = await makeRecording("a.apng", "-f", "lavfi", "-i", "testsrc=size=32x32:rate=5:duration=1", "-f", "apng");
  const bytes = await readFile(path);
  const cleaned = await clean(addToPng(bytes, pngChunk("tEXt", `Comment\0${secret}`)));
  const count = (picture: Buffer) => picture.toString("latin1").split("fcTL").length;
  expect(count(cleaned)).toBe(count(bytes));
  expect(cleaned.indexOf(secret)).toBe(-1);
});

test.each([
  ["text", pngChunk("tEXt", `Comment\0${secret}`)],
  ["packed text", pngChunk("zTXt", Buffer.concat([Buffer.from("Comment\0\0"), deflateSync(secret)]))],
  ["XMP", pngChunk("iTXt", Buffer.concat([Buffer.from("XML:com.adobe.xmp\0\0\0\0\0"), xmp]))],
  ["a time", pngChunk("tIME", Buffer.alloc(7, 1))],
  ["EXIF", pngChunk("eXIf", makeTellingExif(1))],
  ["a part of a program's own", pngChunk("prVt", secret)],
  ["a known part that is too long", pngChunk("gAMA", secret)],
  ["a colour profile that is none", pngChunk("iCCP", Buffer.concat([Buffer.from("icc\0\0"), deflateSync(secret)]))],
  [
    "a colour profile that is a bomb",
    pngChunk("iCCP", Buffer.concat([Buffer.from("icc\0\0"), deflateSync(Buffer.alloc(2 ** 25))])),
  ],
  ["a part with a wrong sum", Buffer.concat([pngChunk("pHYs", Buffer.alloc(9)).subarray(0, -4), Buffer.alloc(4, 1)])],
])("what tells of the picture goes: %s", async (_title, chunk) => {
  expect(await clean(addToPng(png, chunk))).toEqual(png);
});

test("what follows the end goes", async () => {
  expect(await clean(Buffer.concat([png, Buffer.from(`<?php ${secret}`)]))).toEqual(png);
});

test.each([2, 3, 4, 5, 6, 7, 8])("a picture of orientation %i is seen as before", async (orientation) => {
  const original = addToPng(png, pngChunk("eXIf", makeTellingExif(orientation, false)));
  const cleaned = await clean(original);
  expect(cleaned.indexOf(secret)).toBe(-1);
  expect((await sharp(cleaned).metadata()).orientation).toBe(orientation);
  await expectSamePicture(original, cleaned);
});

test("a picture that ends early is refused, wherever it ends", async () => {
  for (const length of [7, 8, 20, 33, 40, png.length >> 1, png.length - 12, png.length - 1]) {
    expect(await refuse(png.subarray(0, length)), `at ${length}`).toBe("unsupported_type");
  }
});

test.each([
  ["pixels with a wrong sum", Buffer.from(png).fill(0xaa, png.length - 20, png.length - 17)],
  ["an unknown part that nobody may skip", addToPng(png, pngChunk("ABCD", "?"))],
  ["a second header", addToPng(png, makePngHeader(1, 1))],
  ["a part with a name that is none", addToPng(png, pngChunk("a\0b!", ""))],
  ["no pixels", Buffer.concat([png.subarray(0, 33), png.subarray(-12)])],
  ["more frames promised than there are", addToPng(png, pngChunk("acTL", Buffer.from("7fffffff00000000", "hex")))],
])("a broken picture is refused: %s", async (_title, bytes) => {
  expect(await refuse(bytes)).toBe("unsupported_type");
});

test("a header that promises too many pixels is refused", async () => {
  const bytes = Buffer.concat([png.subarray(0, 8), makePngHeader(65_535, 65_535), png.subarray(33)]);
  expect(await refuse(bytes)).toBe("too_large");
});
