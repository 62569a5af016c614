/** Which files are cleaned, which stay as they are, and which are refused only then. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeCompound } from "../identify/build-compound.fixture.ts";
import { avi, chunk, id3, mp3, ogg, wav } from "../identify/build-sound.fixture.ts";
import { makeZip, officeEntries } from "../identify/build-zip.fixture.ts";
import { makeFile, makeFolder } from "../media-processor.fixture.ts";
import {
  addToJpeg,
  addToPng,
  addToWebp,
  jpegExif,
  makePicture,
  makeTellingExif,
  pngChunk,
  secretBytes,
} from "./build-pictures.fixture.ts";
import { cleanBytes, refuseBytes } from "./check-cleaning.fixture.ts";
import { cleanFile, readOrientation } from "./clean-file.ts";

const openXml = "application/vnd.openxmlformats-officedocument";
const pdf = Buffer.from("%PDF-1.7\n%%EOF\n");
const zip = makeZip([{ name: "evil.sh", content: "rm -rf /" }]);

test.each([
  ["audio/mpeg", Buffer.concat([id3(Buffer.from("the title of a song")), mp3(9)])],
  ["audio/wav", wav(chunk("LIST", Buffer.from("INFO")))],
  ["audio/ogg", ogg("OpusHead")],
  ["video/x-msvideo", avi()],
  ["application/pdf", pdf],
  ["application/msword", makeCompound({ WordDocument: Buffer.alloc(5_000) })],
  [`${openXml}.wordprocessingml.document`, makeZip(officeEntries("docx"))],
  ["text/plain", Buffer.from("hello")],
])("files that can't be cleaned without being understood stay as they are: %s", async (mimeType, bytes) => {
  const target = join(await makeFolder(), "cleaned");
  expect(await cleanFile(await makeFile("file", bytes), mimeType, target)).toBe(false);
  expect(existsSync(target)).toBe(false);
});

test.each([
  ["audio/wav", wav()],
  ["audio/ogg", ogg("OpusHead")],
  ["video/x-msvideo", avi()],
])("what follows the end goes: %s", async (mimeType, bytes) => {
  expect(await cleanBytes(Buffer.concat([bytes, Buffer.from("<script>")]), mimeType)).toEqual(bytes);
  expect(await cleanBytes(Buffer.concat([bytes, zip]), mimeType)).toEqual(bytes);
});

test.each([
  ["audio/mpeg", Buffer.concat([mp3(9), zip])],
  ["application/pdf", Buffer.concat([pdf.subarray(0, 9), makeZip([{ name: "a" }], { comment: pdf.subarray(9) })])],
  ["application/msword", makeCompound({ WordDocument: Buffer.concat([Buffer.alloc(6_144 - zip.length), zip]) })],
])("a file that is an archive as well is refused: %s", async (mimeType, bytes) => {
  expect(await refuseBytes(bytes, mimeType)).toBe("unsupported_type");
});

test("an archive that is a picture's colour profile is refused", async () => {
  const picture = await makePicture(2, 2).jpeg().toBuffer();
  const name = Buffer.from("ICC_PROFILE\0\x01\x01", "latin1");
  const archive = makeZip([{ name: "evil.sh" }]);
  // All that follows in the picture is the archive's comment.
  archive.writeUInt16LE(picture.length - 2, archive.length - 2);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(2 + name.length + archive.length);
  const segment = Buffer.concat([Buffer.of(0xff, 0xe2), length, name, archive]);
  expect(await refuseBytes(addToJpeg(picture, segment), "image/jpeg")).toBe("unsupported_type");
});

test("a cleaned copy takes the place of what was at the target", async () => {
  const picture = await makePicture().jpeg().toBuffer();
  const path = await makeFile("file", addToJpeg(picture, jpegExif(1)));
  const target = await makeFile("target", "x".repeat(100_000));
  expect(await cleanFile(path, "image/jpeg", target)).toBe(true);
  expect((await readFile(target)).includes(secretBytes)).toBe(false);
  expect(await readFile(target)).toEqual(picture);
});

test("a target that can't be written to is a fault of ours", async () => {
  const path = await makeFile("file", addToJpeg(await makePicture().jpeg().toBuffer(), jpegExif(1)));
  await expect(cleanFile(path, "image/jpeg", join(await makeFolder(), "none", "target"))).rejects.toThrow("ENOENT");
});

test("the orientation of a picture is known, and that it has none", async () => {
  const jpeg = await makePicture().jpeg().toBuffer();
  const png = await makePicture().png().toBuffer();
  const webp = await makePicture().withIccProfile("p3").webp().toBuffer();
  const read = async (bytes: Buffer, mimeType: string) => readOrientation(await makeFile("file", bytes), mimeType);
  expect(await read(jpeg, "image/jpeg")).toBe(null);
  expect(await read(addToJpeg(jpeg, jpegExif(6)), "image/jpeg")).toBe(6);
  expect(await read(addToJpeg(jpeg, jpegExif(9)), "image/jpeg")).toBe(null);
  expect(await read(addToPng(png, pngChunk("eXIf", makeTellingExif(8, false))), "image/png")).toBe(8);
  expect(await read(addToWebp(webp, 8, chunk("EXIF", makeTellingExif(3))), "image/webp")).toBe(3);
  expect(await read(jpeg.subarray(0, 100), "image/jpeg")).toMatchObject({ code: "unsupported_type" });
});
