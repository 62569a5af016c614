/** WebP loses what is told about the picture, and no pixel of it. */
import sharp from "sharp";
import { expect, test } from "vitest";
import { chunk, riff } from "../identify/build-sound.fixture.ts";
import { addToWebp, makePicture, makeTellingExif, secret, xmp } from "./build-pictures.fixture.ts";
import { cleanBytes, expectSamePicture, refuseBytes } from "./check-cleaning.fixture.ts";

const plain = await makePicture().webp().toBuffer();
/** With a chunk that says which others there are. */
const extended = await makePicture().withIccProfile("p3").webp().toBuffer();
const clean = (bytes: Buffer) => cleanBytes(bytes, "image/webp");
const refuse = (bytes: Buffer) => refuseBytes(bytes, "image/webp");

const frames = await Promise.all([90, 50, 10].map((quality) => makePicture().jpeg({ quality }).toBuffer()));
const animated = await sharp(frames, { join: { animated: true } })
  .webp({ lossless: true })
  .toBuffer();
const clear = await makePicture().ensureAlpha(0.5).webp().toBuffer();

test.each([
  ["a plain picture", plain],
  ["a picture with a colour profile", extended],
  ["a moving picture", animated],
  ["a picture that is half clear", clear],
  ["a lossless picture", await makePicture().webp({ lossless: true }).toBuffer()],
])("%s without telling parts stays as it is", async (_title, bytes) => {
  expect(await clean(bytes)).toBe(bytes);
});

test.each([
  ["EXIF", 0x08, chunk("EXIF", makeTellingExif(1))],
  ["XMP", 0x04, chunk("XMP ", xmp)],
  ["an unknown part", 0, chunk("PRIV", Buffer.from(secret))],
])("what tells of the picture goes, and nothing says that it is there: %s", async (_title, flag, part) => {
  expect(await clean(addToWebp(extended, flag, part))).toEqual(extended);
  expect(await clean(addToWebp(animated, flag, part))).toEqual(animated);
});

test("what is not in a picture of the simple form goes", async () => {
  const bytes = Buffer.concat([plain, chunk("EXIF", makeTellingExif(6)), chunk("XMP ", xmp)]);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  expect(await clean(bytes)).toEqual(plain);
});

test("what follows the end goes", async () => {
  expect(await clean(Buffer.concat([plain, Buffer.from(secret)]))).toEqual(plain);
});

test.each([2, 3, 4, 5, 6, 7, 8])("a picture of orientation %i is seen as before", async (orientation) => {
  const original = addToWebp(extended, 0x0c, chunk("EXIF", makeTellingExif(orientation)), chunk("XMP ", xmp));
  const cleaned = await clean(original);
  expect(cleaned.indexOf(secret)).toBe(-1);
  const { orientation: left, xmp: leftXmp } = await sharp(cleaned).metadata();
  expect([left, leftXmp]).toEqual([orientation, undefined]);
  await expectSamePicture(original, cleaned);
});

test("a picture that ends early is refused, wherever it ends", async () => {
  for (const length of [11, 12, 20, 40, plain.length >> 1, plain.length - 2]) {
    expect(await refuse(plain.subarray(0, length)), `at ${length}`).toBe("unsupported_type");
  }
});

test.each([
  ["no picture", riff("WEBP", [chunk("PRIV", Buffer.alloc(10))])],
  ["a part longer than the file", riff("WEBP", [chunk("VP8 ", Buffer.alloc(10), 5_000)])],
  [
    "a frame with something else in it",
    addToWebp(animated, 0, chunk("ANMF", Buffer.concat([Buffer.alloc(16), chunk("PRIV", Buffer.alloc(2))]))),
  ],
  ["a second description", addToWebp(extended, 0, chunk("VP8X", Buffer.alloc(10)))],
])("a broken picture is refused: %s", async (_title, bytes) => {
  expect(await refuse(bytes)).toBe("unsupported_type");
});

test("a header that promises too many pixels is refused", async () => {
  const bytes = Buffer.from(extended);
  bytes.fill(0xff, 24, 26).fill(0xff, 27, 29);
  expect(await refuse(bytes)).toBe("too_large");
});
