/** Files are what they are said to be, or are refused. */
import { readFile } from "node:fs/promises";
import { mediaTypes } from "@pipit/protocol/media-types";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { makeFile, makeRecording } from "../media-processor.fixture.ts";
import { box, film, ftyp, heif, isomFtyp, track } from "./build-boxes.fixture.ts";
import { makeCompound } from "./build-compound.fixture.ts";
import { adts, id3, liveWebm, mp3, ogg, wav, webmTracks } from "./build-sound.fixture.ts";
import { makeZip, officeEntries } from "./build-zip.fixture.ts";
import { identifyFile } from "./identify-file.ts";

const openXml = "application/vnd.openxmlformats-officedocument";
const docx = `${openXml}.wordprocessingml.document`;
const xlsx = `${openXml}.spreadsheetml.sheet`;
const pdf = Buffer.from("%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n");
const picture = () => sharp({ create: { width: 20, height: 10, channels: 3, background: "#c42" } });
const source = ["-f", "lavfi", "-i", "testsrc=size=64x64:rate=5:duration=1", "-f", "lavfi", "-i", "sine=duration=1"];
const soundOnly = ["-f", "lavfi", "-i", "sine=duration=1"];
const record = async (name: string, ...args: string[]) => readFile(await makeRecording(name, ...args));
const heicItem = { id: 1, type: "hvc1", bytes: Buffer.alloc(20) };

/** Good files of each type, as programs make them, and as phones and browsers do. */
const good: [mimeType: string, title: string, make: () => Promise<Buffer> | Buffer][] = [
  ["image/jpeg", "of sharp", () => picture().jpeg().toBuffer()],
  ["image/png", "of sharp", () => picture().png().toBuffer()],
  ["image/png", "that moves", () => record("a.apng", ...source.slice(0, 4), "-f", "apng")],
  ["image/gif", "of sharp", () => picture().gif().toBuffer()],
  ["image/webp", "of sharp", () => picture().webp().toBuffer()],
  ["image/avif", "of sharp", () => picture().avif({ effort: 0 }).toBuffer()],
  ["image/avif", "of a general brand", () => heif(ftyp("mif1", "avif", "miaf"), [heicItem])],
  ["image/heic", "of a phone", () => heif(ftyp("heic", "mif1", "heic"), [heicItem])],
  ["image/heic", "of a general brand", () => heif(ftyp("mif1", "heic", "miaf"), [heicItem])],
  ["image/heic", "of many pictures", () => heif(ftyp("hevc", "mif1", "hevc"), [heicItem])],
  ["video/mp4", "of ffmpeg", () => record("a.mp4", ...source, "-c:v", "mpeg4", "-c:a", "aac")],
  [
    "video/mp4",
    "in pieces",
    () => record("a.mp4", ...source, "-c:v", "mpeg4", "-movflags", "frag_keyframe+empty_moov"),
  ],
  ["video/mp4", "of Apple's shop", () => film({ brand: ftyp("M4V ", "M4V ", "mp42") })],
  ["video/mp4", "of an old phone", () => film({ brand: ftyp("3gp4", "isom", "3gp4") })],
  ["video/webm", "of ffmpeg", () => record("a.webm", ...source, "-c:v", "libvpx", "-c:a", "libopus")],
  ["video/webm", "of a browser", () => liveWebm(webmTracks(1, 2))],
  ["video/quicktime", "of ffmpeg", () => record("a.mov", ...source, "-c:v", "mpeg4", "-c:a", "aac")],
  ["video/quicktime", "that is old", () => film({ brand: box("wide", "") })],
  ["video/x-msvideo", "of ffmpeg", () => record("a.avi", ...source, "-c:v", "mpeg4", "-c:a", "mp2")],
  ["audio/mpeg", "of ffmpeg", () => record("a.mp3", ...soundOnly, "-metadata", "title=song")],
  ["audio/mpeg", "without titles", () => record("a.mp3", ...soundOnly, "-id3v2_version", "0", "-write_xing", "0")],
  ["audio/mpeg", "of few samples a second", () => record("a.mp3", ...soundOnly, "-ar", "11025", "-ac", "1")],
  [
    "audio/mpeg",
    "with zeros behind the titles",
    () => Buffer.concat([id3(Buffer.alloc(50)), Buffer.alloc(99), mp3(9)]),
  ],
  ["audio/mpeg", "with titles behind it", () => Buffer.concat([mp3(2), Buffer.from("TAG".padEnd(128))])],
  ["audio/wav", "of ffmpeg", () => record("a.wav", ...soundOnly)],
  ["audio/wav", "whose length was not known", () => wav().fill(0xff, 4, 8).fill(0xff, 40, 44)],
  ["audio/ogg", "with Vorbis", () => record("a.ogg", ...soundOnly, "-c:a", "vorbis", "-ac", "2", "-strict", "-2")],
  ["audio/ogg", "with Opus", () => record("a.opus", ...soundOnly, "-c:a", "libopus")],
  ["audio/ogg", "with FLAC", () => record("a.oga", ...soundOnly, "-c:a", "flac")],
  ["audio/ogg", "with a description", () => ogg("fishead\0", "OpusHead")],
  ["audio/webm", "of ffmpeg", () => record("a.webm", ...soundOnly, "-c:a", "libopus")],
  ["audio/webm", "of a browser", () => liveWebm(webmTracks(2))],
  ["audio/mp4", "of ffmpeg", () => record("a.m4a", ...soundOnly, "-c:a", "aac")],
  ["audio/mp4", "of a browser", () => film({ brand: isomFtyp, tracks: [track("soun")] })],
  ["audio/aac", "of ffmpeg", () => record("a.aac", ...soundOnly, "-c:a", "aac")],
  ["audio/aac", "with titles", () => Buffer.concat([id3(Buffer.alloc(50)), adts(9)])],
  ["application/pdf", "of the smallest kind", () => pdf],
  [
    "application/msword",
    "of Word",
    () => makeCompound({ WordDocument: Buffer.alloc(5_000), "1Table": Buffer.alloc(4_096) }),
  ],
  ["application/vnd.ms-excel", "of Excel", () => makeCompound({ Workbook: Buffer.alloc(5_000) })],
  ["application/vnd.ms-excel", "of an old Excel", () => makeCompound({ Book: Buffer.alloc(5_000) })],
  [docx, "of Word", () => makeZip(officeEntries("docx"))],
  [docx, "with its list of types at the end", () => makeZip(officeEntries("docx").reverse())],
  [docx, "with a table in it", () => makeZip([...officeEntries("docx"), { name: "word/embeddings/a.xlsx" }])],
  [xlsx, "of Excel", () => makeZip(officeEntries("xlsx"))],
  ["text/plain", "in one language", () => Buffer.from("hello\n")],
  ["text/plain", "in many, with a mark in front", () => Buffer.from("\ufeffgrüß dich 你好 🙂\r\n\t\x1b[1mbold\f")],
  ["text/csv", "of a few rows", () => Buffer.from('a,b\n1,"ü"\n')],
];

test.each(good)("a good file is known for what it is: %s %s", async (mimeType, _title, make) => {
  const found = await identifyFile(await makeFile("file", await make()), mimeType);
  expect(found).toEqual({ mimeType, kind: expect.stringMatching(/^(image|video|audio|file)$/) });
});

test("there is a good file of each type", () => {
  expect([...new Set(good.map(([mimeType]) => mimeType))].sort()).toEqual(Object.keys(mediaTypes).sort());
});

test("a file of one type is no file of another", async () => {
  const alike = new Set(["text/plain", "text/csv"]);
  const firsts = [...new Map(good.map((entry) => [entry[0], entry] as const)).values()];
  for (const [mimeType, , make] of firsts) {
    const path = await makeFile("file", await make());
    for (const claimed of Object.keys(mediaTypes)) {
      if (claimed === mimeType || (alike.has(claimed) && alike.has(mimeType))) continue;
      expect(await identifyFile(path, claimed), `${mimeType} as ${claimed}`).toMatchObject({
        code: "unsupported_type",
      });
    }
  }
});

test("an empty file is refused, whatever it is said to be", async () => {
  const path = await makeFile("file", "");
  for (const claimed of Object.keys(mediaTypes)) {
    expect(await identifyFile(path, claimed)).toMatchObject({ code: "unsupported_type" });
  }
});

test.each([
  "BMW sells cars",
  "Get free cake",
  "MZ",
  "GIFs are fun",
  "solid ground",
  "FORM 27",
  "MAC users",
  "ID3 tags",
])("a text may begin as another type does: %s", async (text) => {
  const path = await makeFile("file", `${text}\nand goes on\n`);
  expect(await identifyFile(path, "text/plain")).toEqual({ mimeType: "text/plain", kind: "file" });
});

describe("a text of more than one window", () => {
  test.each([65_535, 65_534, 65_533])("may have a character across their border, at %i", async (before) => {
    const path = await makeFile("file", `${"x".repeat(before)}🙂${"y".repeat(70_000)}`);
    expect(await identifyFile(path, "text/plain")).toMatchObject({ kind: "file" });
  });

  test("is looked at to its last byte", async () => {
    const text = Buffer.from("x".repeat(200_000));
    text[199_999] = 0xf0;
    expect(await identifyFile(await makeFile("file", text), "text/plain")).toMatchObject({ code: "unsupported_type" });
  });
});

test("a name that is no type, and a file that is not there, are faults of ours", async () => {
  await expect(identifyFile(await makeFile("file", "x"), "image/bmp")).rejects.toThrow("no media type");
  await expect(identifyFile("/nowhere/file", "image/png")).rejects.toThrow("ENOENT");
});
