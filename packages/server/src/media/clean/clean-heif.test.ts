/** HEIC and AVIF lose what is told about the picture, and no pixel of it. */
import sharp from "sharp";
import { expect, test } from "vitest";
import { box, film, ftyp, heif, track } from "../identify/build-boxes.fixture.ts";
import { makePicture, makeTellingExif, secret, xmp } from "./build-pictures.fixture.ts";
import { cleanBytes, expectSamePicture, refuseBytes } from "./check-cleaning.fixture.ts";

const heicBrand = ftyp("heic", "mif1", "heic");
const exif = Buffer.concat([Buffer.alloc(4), makeTellingExif(6)]);
const picture = { id: 1, type: "hvc1", bytes: Buffer.alloc(50, 9) };
const withExif = { id: 2, type: "Exif", bytes: exif };
const withXmp = { id: 3, type: "mime", bytes: xmp, contentType: "application/rdf+xml" };
const inBox = { method: 1 as const };

const clean = (bytes: Buffer) => cleanBytes(bytes, "image/heic");
const refuse = (bytes: Buffer) => refuseBytes(bytes, "image/heic");

test("a picture as sharp makes it stays as it is", async () => {
  const bytes = await makePicture().avif({ effort: 0 }).toBuffer();
  expect(await cleanBytes(bytes, "image/avif")).toBe(bytes);
});

test("a picture is seen as before, and tells no place", async () => {
  const telling = { IFD0: { Copyright: secret }, IFD3: { GPSLatitude: "51/1 30/1 0/1" } };
  const original = await makePicture().withExif(telling).withXmp(xmp.toString()).avif({ effort: 0 }).toBuffer();
  expect(original.indexOf(secret)).not.toBe(-1);
  const cleaned = await cleanBytes(original, "image/avif");
  expect(cleaned.indexOf(secret)).toBe(-1);
  expect(cleaned.length).toBe(original.length);
  await expectSamePicture(original, cleaned);
  expect((await sharp(cleaned).metadata()).exif?.includes(secret)).not.toBe(true);
});

test.each([
  ["in the file", heif(heicBrand, [picture, withExif, withXmp])],
  ["in a box of their own", heif(heicBrand, [picture, { ...withExif, ...inBox }, { ...withXmp, ...inBox }])],
  ["before the picture", heif(heicBrand, [{ ...withXmp, id: 7 }, withExif, picture])],
])("EXIF and XMP are written over: %s", async (_title, bytes) => {
  const cleaned = await clean(bytes);
  expect(cleaned.length).toBe(bytes.length);
  expect(cleaned.indexOf(secret)).toBe(-1);
  expect(cleaned.indexOf(picture.bytes)).toBe(bytes.indexOf(picture.bytes));
  expect(cleaned.indexOf(Buffer.from("000000004d4d002a00000008", "hex"))).not.toBe(-1);
});

test.each([
  ["a film", box("mpvd", film({ inMoov: box("udta", secret) }))],
  ["a vendor's own", box("uuid", Buffer.alloc(16), secret)],
  ["a vendor's trailer", box("sefd", secret)],
  ["no box at all", Buffer.from(secret)],
])("what follows the picture goes: %s", async (_title, more) => {
  const bytes = heif(heicBrand, [picture]);
  const cleaned = await clean(Buffer.concat([bytes, more]));
  expect(cleaned.indexOf(secret)).toBe(-1);
  expect(cleaned.subarray(0, bytes.length)).toEqual(bytes);
});

test("a vendor's own among the picture's lists goes", async () => {
  const bytes = heif(heicBrand, [picture], { inMeta: box("uuid", Buffer.alloc(16), secret) });
  expect((await clean(bytes)).indexOf(secret)).toBe(-1);
});

test("the film of a moving picture is cleaned as films are", async () => {
  const moving = film({ brand: Buffer.alloc(0), tracks: [track("pict")], inMoov: box("udta", secret) });
  const bytes = Buffer.concat([heif(ftyp("hevc", "mif1", "heic"), [picture]), moving]);
  expect((await clean(bytes)).indexOf(secret)).toBe(-1);
});

test("a picture that ends early is refused, wherever it ends", async () => {
  const bytes = heif(heicBrand, [picture, withExif]);
  for (const length of [10, 20, 60, bytes.length >> 1, bytes.length - 1]) {
    expect(await refuse(bytes.subarray(0, length)), `at ${length}`).toBe("unsupported_type");
  }
});

test("an item outside the file, or the list of items itself, is refused", async () => {
  const bytes = heif(heicBrand, [picture, withExif]);
  const place = bytes.indexOf("iloc") + 4 + 4 + 2 + 2;
  const outside = Buffer.from(bytes);
  outside.writeUInt32BE(0x7fffffff, place + 8);
  expect(await refuse(outside)).toBe("unsupported_type");
  const within = Buffer.from(bytes);
  within.writeUInt16BE(60_000, place - 2);
  expect(await refuse(within)).toBe("unsupported_type");
});

test("a picture that says it has 65,535 × 65,535 pixels is refused", async () => {
  expect(await refuse(heif(heicBrand, [picture], { width: 65_535, height: 65_535 }))).toBe("too_large");
});
