/** JPEG loses what is told about the picture, and no pixel of it. */
import sharp from "sharp";
import { expect, test } from "vitest";
import { addToJpeg, jpegExif, jpegSegment, makePicture, secret, xmp } from "./build-pictures.fixture.ts";
import { cleanBytes, expectSamePicture, refuseBytes } from "./check-cleaning.fixture.ts";

const jpeg = await makePicture().jpeg().toBuffer();
const p3 = await makePicture().withIccProfile("p3").jpeg().toBuffer();
const clean = (bytes: Buffer) => cleanBytes(bytes, "image/jpeg");
const refuse = (bytes: Buffer) => refuseBytes(bytes, "image/jpeg");

test.each([
  ["a plain picture", makePicture().jpeg()],
  ["a progressive picture", makePicture().jpeg({ progressive: true })],
  ["a picture of one colour", makePicture().greyscale().jpeg()],
  ["a picture for printers", makePicture().toColourspace("cmyk").jpeg()],
  ["a picture with a colour profile", makePicture().withIccProfile("p3").jpeg()],
  ["a large picture", makePicture(900, 700).jpeg({ mozjpeg: true })],
])("%s without telling parts stays as it is", async (_title, picture) => {
  const bytes = await picture.toBuffer();
  expect(await clean(bytes)).toBe(bytes);
});

test("a picture with marks to restart at stays as it is", async () => {
  const interval = jpegSegment(0xdd, Buffer.of(0, 0));
  const bytes = addToJpeg(jpeg, interval);
  const scan = bytes.lastIndexOf(Buffer.of(0xff, 0xda));
  const withMarks = Buffer.concat([
    bytes.subarray(0, scan + 100),
    Buffer.from("ffd0ffd7ff00", "hex"),
    bytes.subarray(scan + 100),
  ]);
  expect(await clean(withMarks)).toBe(withMarks);
});

test.each([
  ["EXIF", jpegExif(1)],
  ["XMP", jpegSegment(0xe1, Buffer.concat([Buffer.from("http://ns.adobe.com/xap/1.0/\0"), xmp]))],
  ["a comment", jpegSegment(0xfe, secret)],
  ["Photoshop's own", jpegSegment(0xed, `Photoshop 3.0\0${secret}`)],
  ["further pictures", jpegSegment(0xe2, `MPF\0${secret}`)],
  ["a preview", jpegSegment(0xe0, `JFXX\0\x10${secret}`)],
  ["an unknown part", jpegSegment(0xe9, secret)],
  ["a reserved part", jpegSegment(0xf0, secret)],
])("what tells of the picture goes: %s", async (_title, segment) => {
  const cleaned = await clean(addToJpeg(p3, segment));
  expect(cleaned).toEqual(p3);
});

test("bytes for filling and stray ones between the parts go", async () => {
  const stray = Buffer.from(`${secret}\xff\xff\xff`, "latin1");
  expect(await clean(addToJpeg(jpeg, jpegSegment(0xfe, secret), stray))).toEqual(jpeg);
});

test("what follows the end goes, be it a film or a second picture", async () => {
  expect(await clean(Buffer.concat([jpeg, Buffer.from(secret)]))).toEqual(jpeg);
  expect(await clean(Buffer.concat([jpeg, jpeg]))).toEqual(jpeg);
});

test("a preview inside the picture's own header goes", async () => {
  const header = Buffer.concat([Buffer.from("JFIF\0\x01\x01\0\0\x01\0\x01\x02\x03", "latin1"), Buffer.alloc(18, "x")]);
  const cleaned = await clean(addToJpeg(jpeg, jpegSegment(0xe0, header)));
  expect(cleaned.indexOf("xxx")).toBe(-1);
  await expectSamePicture(jpeg, cleaned);
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])("a picture of orientation %i is seen as before", async (orientation) => {
  const original = addToJpeg(jpeg, jpegExif(orientation));
  const cleaned = await clean(original);
  expect(cleaned.indexOf(secret)).toBe(-1);
  await expectSamePicture(original, cleaned);
  expect((await sharp(cleaned).metadata()).orientation ?? 1).toBe(orientation);
});

test("what a camera's software writes goes as well", async () => {
  const exif = { IFD0: { Copyright: secret, Make: "Someone" }, IFD3: { GPSLatitude: "51/1 30/1 0/1" } };
  const original = await makePicture().withExif(exif).withMetadata({ orientation: 6 }).jpeg().toBuffer();
  const { exif: left } = await sharp(await clean(original)).metadata();
  expect(left?.length).toBe(6 + 26);
});

test("a picture that ends early is refused, wherever it ends", async () => {
  for (const share of [0.02, 0.1, 0.3, 0.5, 0.9, 0.99]) {
    expect(await refuse(jpeg.subarray(0, Math.floor(jpeg.length * share)))).toBe("unsupported_type");
  }
  expect(await refuse(jpeg.subarray(0, -1))).toBe("unsupported_type");
});

test("a picture of scans without end is refused", async () => {
  const scan = jpeg.subarray(jpeg.lastIndexOf(Buffer.of(0xff, 0xda)), -2);
  const bytes = Buffer.concat([jpeg.subarray(0, -2), ...Array.from({ length: 200 }, () => scan), jpeg.subarray(-2)]);
  expect(await refuse(bytes)).toBe("unsupported_type");
});

test("a header that promises 65,535 × 65,535 pixels is refused", async () => {
  const bytes = Buffer.from(jpeg);
  const frame = bytes.indexOf(Buffer.of(0xff, 0xc0));
  bytes.fill(0xff, frame + 5, frame + 9);
  expect(await refuse(bytes)).toBe("too_large");
});
