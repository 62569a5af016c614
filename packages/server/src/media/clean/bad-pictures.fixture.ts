/** Broken and lying pictures, and pictures that are bombs. */
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import type { BadBytes } from "../bad-files.fixture.ts";
import { box, film, ftyp, fullBox, heif, uint16, uint32 } from "../identify/build-boxes.fixture.ts";
import { chunk, riff } from "../identify/build-sound.fixture.ts";
import {
  addToGif,
  addToJpeg,
  addToPng,
  addToWebp,
  gifExtension,
  gifFrame,
  jpegExif,
  jpegSegment,
  makePicture,
  makePngHeader,
  pngChunk,
} from "./build-pictures.fixture.ts";

const jpeg = await makePicture().jpeg().toBuffer();
const progressive = await makePicture().jpeg({ progressive: true }).toBuffer();
const png = await makePicture().png().toBuffer();
const gif = await makePicture().gif().toBuffer();
const webp = await makePicture().webp().toBuffer();
const extended = await makePicture().withIccProfile("p3").webp().toBuffer();
const avif = await makePicture().avif({ effort: 0 }).toBuffer();
const animated = await sharp([jpeg, jpeg], { join: { animated: true } })
  .webp()
  .toBuffer();
const heicBrand = ftyp("heic", "mif1", "heic");
const item = { id: 1, type: "hvc1", bytes: Buffer.alloc(50, 9) };
const heic = heif(heicBrand, [item]);

const scan = jpeg.subarray(jpeg.lastIndexOf(Buffer.of(0xff, 0xda)), -2);
const frameAt = jpeg.indexOf(Buffer.of(0xff, 0xc0));

const jpegs: Record<string, Buffer> = {
  "65,535 × 65,535 pixels": Buffer.from(jpeg).fill(0xff, frameAt + 5, frameAt + 9),
  "no width": Buffer.from(jpeg).fill(0, frameAt + 7, frameAt + 9),
  "a frame without content": addToJpeg(jpeg, jpegSegment(0xc0, "")),
  "a segment of no length": addToJpeg(jpeg, jpegSegment(0xfe, ""), Buffer.from("fffe0000", "hex")),
  "a segment of one byte": addToJpeg(jpeg, jpegSegment(0xfe, ""), Buffer.from("fffe0001", "hex")),
  "a segment longer than the file": Buffer.concat([jpeg.subarray(0, -2), Buffer.from("ffe1ffff", "hex")]),
  "a beginning in the middle": addToJpeg(jpeg, jpegSegment(0xfe, ""), jpeg),
  "no frame": Buffer.concat([jpeg.subarray(0, 2), scan, jpeg.subarray(-2)]),
  "no scan": Buffer.concat([jpeg.subarray(0, jpeg.indexOf(scan)), jpeg.subarray(-2)]),
  "a beginning and an end": Buffer.from("ffd8ffd9", "hex"),
  "1,000 scans": Buffer.concat([jpeg.subarray(0, -2), ...Array.from({ length: 1_000 }, () => scan), jpeg.subarray(-2)]),
  "1,000 scans, one pass after the other": repeatScans(1_000),
  "30,000 segments": addToJpeg(jpeg, ...Array.from({ length: 30_000 }, () => jpegSegment(0xfe, "x"))),
  "a megabyte of marks": Buffer.concat([jpeg.subarray(0, -2), Buffer.alloc(1_000_000, 0xff)]),
  "bytes for filling without end": Buffer.concat([jpeg.subarray(0, 2), Buffer.alloc(5_000_000, 0xff)]),
  "a scan without end": Buffer.concat([jpeg.subarray(0, -2), Buffer.alloc(5_000_000, Buffer.of(0xff, 0))]),
  "JPEG without loss": Buffer.concat([Buffer.from("ffd8fff7", "hex"), jpeg.subarray(4)]),
};

const pngs: Record<string, Buffer> = {
  "65,535 × 65,535 pixels": resizePng(65_535, 65_535),
  "2,147,483,647 × 2,147,483,647 pixels": resizePng(0x7fffffff, 0x7fffffff),
  "no pixels": resizePng(0, 0),
  "a header of no length": Buffer.concat([png.subarray(0, 8), pngChunk("IHDR", ""), png.subarray(33)]),
  "a header behind a text": Buffer.concat([png.subarray(0, 8), pngChunk("tEXt", "a"), png.subarray(8)]),
  "a header with a wrong sum": Buffer.from(png).fill(0, 29, 33),
  "two headers": addToPng(png, makePngHeader(64, 48)),
  "a chunk of four gigabytes": addToPng(png, Buffer.from("fffffff0", "hex"), Buffer.from("tEXt")),
  "a chunk longer than the file": addToPng(png, Buffer.from("00ffffff", "hex"), Buffer.from("IDAT")),
  "a chunk without a name": addToPng(png, Buffer.alloc(12)),
  "a chunk of nobody's that must be known": addToPng(png, pngChunk("EVIL", "x")),
  "no data": Buffer.concat([png.subarray(0, 33), png.subarray(-12)]),
  "no end": png.subarray(0, -12),
  "an end with content": Buffer.concat([png.subarray(0, -12), pngChunk("IEND", "x")]),
  "data with a wrong sum": Buffer.from(png).fill(0, png.length - 16, png.length - 13),
  "4,294,967,295 frames": addToPng(png, pngChunk("acTL", uint32(0xffffffff, 0))),
  "frames that are not told of": addToPng(
    png,
    pngChunk("acTL", uint32(1, 0)),
    ...Array.from({ length: 9 }, () => pngChunk("fcTL", Buffer.alloc(26))),
  ),
  "300,000 chunks": addToPng(png, Buffer.alloc(300_000 * 12, pngChunk("tEXt", ""))),
  "a picture of a phone's own kind": Buffer.concat([
    png.subarray(0, 8),
    pngChunk("CgBI", Buffer.alloc(4)),
    png.subarray(8),
  ]),
};

const gifs: Record<string, Buffer> = {
  "65,535 × 65,535 pixels": Buffer.from(gif).fill(0xff, 6, 10),
  "no pixels": Buffer.from(gif).fill(0, 6, 10),
  "a frame of 65,535 × 65,535 pixels": addToGif(gif, Buffer.from("2c00000000ffffffff00020100", "hex")),
  "100,000 frames": addToGif(gif, Buffer.alloc(100_000 * gifFrame.length, gifFrame)),
  "100,000 comments": addToGif(gif, Buffer.alloc(500_000, gifExtension(0xfe, "x"))),
  "a block of nobody's": addToGif(gif, Buffer.of(0x42)),
  "a table of colours that is cut off": Buffer.concat([gif.subarray(0, 10), Buffer.of(0xf7, 0, 0)]),
  "a comment without end": addToGif(gif.subarray(0, 13 + 768), Buffer.of(0x21, 0xfe), Buffer.alloc(100_000, 0xff)),
  "no frame": Buffer.concat([gif.subarray(0, 10), Buffer.of(0, 0, 0, 0x3b)]),
  "another version": Buffer.concat([Buffer.from("GIF90a"), gif.subarray(6)]),
  "a head alone": gif.subarray(0, 13),
};

const webps: Record<string, Buffer> = {
  "16,777,216 × 16,777,216 pixels": Buffer.from(extended).fill(0xff, 24, 30),
  "a length longer than the file": Buffer.from(webp).fill(0xff, 4, 7),
  "a length shorter than its picture": Buffer.from(webp).fill(0, 5, 8),
  "a chunk longer than the file": riff("WEBP", [chunk("VP8 ", Buffer.alloc(20), 0x7fffffff)]),
  "a chunk of four gigabytes": riff("WEBP", [chunk("VP8 ", Buffer.alloc(20), 0xffffffff)]),
  "no picture": riff("WEBP", []),
  "a picture of no length": riff("WEBP", [chunk("VP8L", Buffer.alloc(0))]),
  "another form": riff("WEBX", [webp.subarray(12)]),
  "a description behind the picture": addToWebp(extended, 0, chunk("VP8X", Buffer.alloc(10))),
  "a description that is cut off": riff("WEBP", [chunk("VP8X", Buffer.alloc(4)), webp.subarray(12)]),
  "chunks without end": riff("WEBP", [webp.subarray(12), Buffer.alloc(50_000 * 8, chunk("JUNK", Buffer.alloc(0)))]),
  "a frame without content": addToWebp(animated, 0, chunk("ANMF", Buffer.alloc(3))),
  "a frame in a frame": addToWebp(
    animated,
    0,
    chunk("ANMF", Buffer.concat([Buffer.alloc(16), chunk("ANMF", Buffer.alloc(16))])),
  ),
  "a frame longer than its chunk": addToWebp(
    animated,
    0,
    chunk("ANMF", Buffer.concat([Buffer.alloc(16), chunk("VP8 ", Buffer.alloc(9), 900)])),
  ),
};

const ilocOf = (...fields: Buffer[]) =>
  Buffer.concat([heicBrand, listOf(fullBox("iloc", 1, ...fields)), box("mdat", Buffer.alloc(9))]);

const heics: Record<string, Buffer> = {
  "65,535 × 65,535 pixels": heif(heicBrand, [item], { width: 65_535, height: 65_535 }),
  "no lists": Buffer.concat([heicBrand, fullBox("meta", 0, ""), box("mdat", Buffer.alloc(50))]),
  "two sets of lists": Buffer.concat([heic, heic.subarray(heicBrand.length)]),
  "a film": film({ brand: heicBrand }),
  "another brand": heif(ftyp("isom", "isom"), [item]),
  "a place of 4,294,967,295 items": ilocOf(Buffer.from([0x44, 0x00]), uint16(0xffff), Buffer.alloc(8)),
  "places without end": ilocOf(Buffer.from([0x44, 0x00]), uint16(1), uint16(1, 0, 0, 0xffff), Buffer.alloc(8)),
  "places of no width": ilocOf(Buffer.from([0x00, 0x00]), uint16(1), uint16(1, 0, 0, 0xffff)),
  "a place outside": ilocOf(Buffer.from([0x44, 0x00]), uint16(1), uint16(1, 0, 0, 1), uint32(0x7fffffff, 5)),
  "a place beyond all numbers": ilocOf(
    Buffer.from([0x88, 0x00]),
    uint16(1),
    uint16(1, 0, 0, 1),
    Buffer.alloc(16, 0xff),
  ),
  "a place in another item": ilocOf(Buffer.from([0x44, 0x00]), uint16(1), uint16(1, 2, 0, 1), uint32(0, 5)),
  "a place in a box that is not there": ilocOf(Buffer.from([0x44, 0x00]), uint16(1), uint16(1, 1, 0, 1), uint32(0, 5)),
  "a list of places that is cut off": ilocOf(Buffer.from([0x44])),
  "a list of lists that is longer than the file": Buffer.from(heic).fill(0x7f, heicBrand.length, heicBrand.length + 2),
};

const wholes: [string, Buffer][] = [
  ["image/jpeg", jpeg],
  ["image/jpeg", progressive],
  ["image/png", png],
  ["image/gif", gif],
  ["image/webp", webp],
  ["image/webp", extended],
  ["image/avif", avif],
  ["image/heic", heic],
];

export async function* badPictures(): AsyncGenerator<BadBytes> {
  const all = { "image/jpeg": jpegs, "image/png": pngs, "image/gif": gifs, "image/webp": webps, "image/heic": heics };
  for (const [claimed, pictures] of Object.entries(all)) {
    for (const [name, bytes] of Object.entries(pictures)) {
      yield { name: `${claimed}: ${name}`, claimed, expected: "refused", bytes };
    }
  }
  for (const [claimed, whole] of wholes) {
    for (const share of [0.01, 0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95, 0.995]) {
      const bytes = whole.subarray(0, Math.floor(whole.length * share));
      yield { name: `${claimed}: ${share} of its length`, claimed, expected: "refused", bytes };
    }
  }
  yield* bombs();
}

/** What may be taken, as long as it costs nobody anything. */
function* bombs(): Generator<BadBytes> {
  const zeros = deflateSync(Buffer.alloc(50_000_000));
  const text = pngChunk("zTXt", Buffer.concat([Buffer.from("Comment\0\0"), zeros]));
  const profile = pngChunk("iCCP", Buffer.concat([Buffer.from("icc\0\0"), zeros]));
  const forbidden = [zeros.subarray(100, 1_100)];
  yield {
    name: "a bomb as text",
    claimed: "image/png",
    expected: "neutralised",
    forbidden,
    bytes: addToPng(png, text),
  };
  yield {
    name: "a bomb as a profile",
    claimed: "image/png",
    expected: "neutralised",
    forbidden,
    bytes: addToPng(png, profile),
  };
  const segments = Array.from({ length: 10_000 }, () => jpegSegment(0xfe, "10,000 segments"));
  yield {
    ...{ name: "10,000 segments", claimed: "image/jpeg", expected: "neutralised" },
    ...{ forbidden: [Buffer.from("10,000 segments")], bytes: addToJpeg(jpeg, ...segments) },
  };
  const exifs = Array.from({ length: 500 }, () => jpegExif(6));
  yield { name: "500 EXIFs", claimed: "image/jpeg", expected: "neutralised", bytes: addToJpeg(jpeg, ...exifs) };
  const frames = addToGif(gif, Buffer.alloc(9_000 * gifFrame.length, gifFrame));
  yield { name: "9,000 frames", claimed: "image/gif", expected: "either", bytes: frames };
  const unpacked = Buffer.concat([png.subarray(0, 33), pngChunk("IDAT", zeros), png.subarray(-12)]);
  yield { name: "more pixels than promised", claimed: "image/png", expected: "either", bytes: unpacked };
}

function resizePng(width: number, height: number): Buffer {
  return Buffer.concat([png.subarray(0, 8), makePngHeader(width, height), png.subarray(33)]);
}

/** The last scan of a progressive picture, over and over. */
function repeatScans(times: number): Buffer {
  const last = progressive.subarray(progressive.lastIndexOf(Buffer.of(0xff, 0xda)), -2);
  return Buffer.concat([
    progressive.subarray(0, -2),
    ...Array.from({ length: times }, () => last),
    progressive.subarray(-2),
  ]);
}

/** The lists of a picture of one item, with other places. */
function listOf(places: Buffer): Buffer {
  return fullBox(
    "meta",
    0,
    fullBox("pitm", 0, uint16(1)),
    fullBox("iinf", 0, uint16(1), fullBox("infe", 2, uint16(1, 0), "hvc1\0")),
    places,
    box("iprp", box("ipco", fullBox("ispe", 0, uint32(9, 9)))),
  );
}
