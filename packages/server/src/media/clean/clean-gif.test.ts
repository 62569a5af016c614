/** GIF loses what is told about the pictures, and no pixel of them. */
import sharp from "sharp";
import { expect, test } from "vitest";
import { addToGif, gifExtension, gifFrame, makePicture, secret, xmp } from "./build-pictures.fixture.ts";
import { cleanBytes, expectSamePicture, refuseBytes } from "./check-cleaning.fixture.ts";

const gif = await makePicture().gif().toBuffer();
const frames = await Promise.all([90, 50, 10].map((quality) => makePicture().jpeg({ quality }).toBuffer()));
const animated = await sharp(frames, { join: { animated: true } })
  .gif({ loop: 3, delay: 50 })
  .toBuffer();
const clean = (bytes: Buffer) => cleanBytes(bytes, "image/gif");
const refuse = (bytes: Buffer) => refuseBytes(bytes, "image/gif");

test("pictures without telling parts stay as they are, moving ones too", async () => {
  expect(await clean(gif)).toBe(gif);
  expect(await clean(animated)).toBe(animated);
});

test.each([
  ["a comment", gifExtension(0xfe, secret.repeat(40))],
  ["a text", gifExtension(0x01, secret)],
  ["XMP", gifExtension(0xff, xmp, "XMP DataXMP")],
  ["an unknown part", gifExtension(0x99, secret)],
  ["something else under the name of the loop", gifExtension(0xff, secret, "NETSCAPE2.0")],
])("what tells of the pictures goes: %s", async (_title, extension) => {
  const cleaned = await clean(addToGif(animated, extension));
  expect(cleaned).toEqual(animated);
  await expectSamePicture(animated, cleaned);
});

test("what follows the end goes", async () => {
  expect(await clean(Buffer.concat([gif, Buffer.from(`*/=1;alert("${secret}")`)]))).toEqual(gif);
});

test("a forgotten end is put in", async () => {
  expect(await clean(gif.subarray(0, -1))).toEqual(gif);
});

test("a picture that ends early is refused, wherever it ends", async () => {
  for (const length of [5, 12, 13, 40, gif.length >> 1, gif.length - 2]) {
    expect(await refuse(gif.subarray(0, length)), `at ${length}`).toBe("unsupported_type");
  }
});

test("frames without end are refused", async () => {
  const many = Array.from({ length: 100_000 }, () => gifFrame);
  expect(await refuse(addToGif(gif, ...many))).toBe("unsupported_type");
});

test("a header that promises 65,535 × 65,535 pixels is refused", async () => {
  expect(await refuse(Buffer.from(gif).fill(0xff, 6, 10))).toBe("too_large");
});
