/** Pictures that tell a place or an owner, or are a script, a page or an archive as well. */
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import type { BadBytes } from "../bad-files.fixture.ts";
import { box, film, ftyp, heif } from "../identify/build-boxes.fixture.ts";
import { chunk } from "../identify/build-sound.fixture.ts";
import { makeZip } from "../identify/build-zip.fixture.ts";
import {
  addToGif,
  addToJpeg,
  addToPng,
  addToWebp,
  gifExtension,
  jpegExif,
  jpegSegment,
  makePicture,
  makeTellingExif,
  pngChunk,
  secret,
  secretBytes,
  xmp,
} from "./build-pictures.fixture.ts";

const jpeg = await makePicture().jpeg().toBuffer();
const png = await makePicture().png().toBuffer();
const gif = await makePicture().gif().toBuffer();
const webp = await makePicture().webp().toBuffer();
const extended = await makePicture().withIccProfile("p3").webp().toBuffer();
const animated = await sharp([jpeg, jpeg], { join: { animated: true } })
  .webp()
  .toBuffer();

const heicBrand = ftyp("heic", "mif1", "heic");
const item = { id: 1, type: "hvc1", bytes: Buffer.alloc(50, 9) };
const exifItem = { id: 2, type: "Exif", bytes: Buffer.concat([Buffer.alloc(4), makeTellingExif(1)]) };
const xmpItem = { id: 3, type: "mime", bytes: xmp, contentType: "application/rdf+xml" };

const page = Buffer.from(`<html><script>alert("${secret}")</script></html>`);
const php = Buffer.from(`<?php system("${secret}"); ?>`);
const zip = makeZip([{ name: `${secret}.sh`, content: secret, isStored: true }]);
const telling = { IFD0: { Copyright: secret, Artist: secret }, IFD3: { GPSAreaInformation: secret } };

/** Appended to whatever: dropped with all that follows the end. */
const trailers = {
  page,
  php,
  zip,
  "a jpeg": Buffer.concat([jpeg, secretBytes]),
  "a film": film({ inMoov: box("udta", secret) }),
};

const pictures: Record<string, Record<string, Buffer | Promise<Buffer>>> = {
  "image/jpeg": {
    "EXIF of sharp's": makePicture().withExif(telling).jpeg().toBuffer(),
    ...Object.fromEntries([1, 3, 6, 8].map((turn) => [`EXIF of orientation ${turn}`, addToJpeg(jpeg, jpegExif(turn))])),
    XMP: addToJpeg(jpeg, jpegSegment(0xe1, Buffer.concat([Buffer.from("http://ns.adobe.com/xap/1.0/\0"), xmp]))),
    "more XMP": addToJpeg(
      jpeg,
      jpegSegment(0xe1, Buffer.concat([Buffer.from("http://ns.adobe.com/xmp/extension/\0"), xmp])),
    ),
    IPTC: addToJpeg(jpeg, jpegSegment(0xed, `Photoshop 3.0\x008BIM${secret}`)),
    "a page in a comment": addToJpeg(jpeg, jpegSegment(0xfe, page)),
    "php in a comment": addToJpeg(jpeg, jpegSegment(0xfe, php)),
    "a script that begins with the picture": addToJpeg(
      jpeg,
      jpegSegment(0xe0, `JFIF\0=1/*${secret}`),
      jpegSegment(0xfe, `*/alert("${secret}")//`),
    ),
    "a zip in a comment": addToJpeg(jpeg, jpegSegment(0xfe, zip)),
    "a page under the name of Adobe": addToJpeg(
      jpeg,
      jpegSegment(0xee, Buffer.concat([Buffer.from("Adobe\0d\0\0\0\0\0"), page])),
    ),
    "a page in a preview": addToJpeg(jpeg, jpegSegment(0xe0, Buffer.concat([Buffer.from("JFXX\0\x10"), page]))),
    "a page between the parts": addToJpeg(jpeg, jpegSegment(0xfe, ""), page),
    "a second picture with a place": Buffer.concat([jpeg, addToJpeg(jpeg, jpegExif(1))]),
    "a moving picture": Buffer.concat([
      addToJpeg(jpeg, jpegSegment(0xe2, "MPF\0")),
      film({ inMoov: box("udta", secret) }),
    ]),
  },
  "image/png": {
    "EXIF of sharp's": makePicture().withExif(telling).png().toBuffer(),
    ...Object.fromEntries(
      [1, 6, 8].map((turn) => [`EXIF of orientation ${turn}`, addToPng(png, pngChunk("eXIf", makeTellingExif(turn)))]),
    ),
    XMP: addToPng(png, pngChunk("iTXt", Buffer.concat([Buffer.from("XML:com.adobe.xmp\0\0\0\0\0"), xmp]))),
    "a script as text": addToPng(png, pngChunk("tEXt", `Comment\0<script>${secret}</script>`)),
    "php as text": addToPng(png, pngChunk("tEXt", php)),
    "EXIF as text": addToPng(png, pngChunk("tEXt", `Raw profile type exif\0${secret}`)),
    "a part of nobody's": addToPng(png, pngChunk("puNK", page)),
    "a known part of a wrong length": addToPng(png, pngChunk("gAMA", page)),
    "a page in place of a profile": addToPng(
      png,
      pngChunk("iCCP", Buffer.concat([Buffer.from("icc\0\0"), deflateSync(page, { level: 0 })])),
    ),
  },
  "image/gif": {
    "a script in a comment": addToGif(gif, gifExtension(0xfe, page)),
    XMP: addToGif(gif, gifExtension(0xff, xmp, "XMP DataXMP")),
    "a text": addToGif(gif, gifExtension(0x01, secret)),
    "a part of nobody's": addToGif(gif, gifExtension(0x77, page)),
    "a page under the name of the loop": addToGif(gif, gifExtension(0xff, page, "NETSCAPE2.0")),
    "a script behind": Buffer.concat([gif, Buffer.from(`*/=1;alert("${secret}")`)]),
    "a script behind a forgotten end": addToGif(gif, gifExtension(0xfe, `/*${secret}`)).subarray(0, -1),
  },
  "image/webp": {
    "EXIF of sharp's": makePicture().withExif(telling).webp().toBuffer(),
    ...Object.fromEntries(
      [1, 6].map((turn) => [
        `EXIF of orientation ${turn}`,
        addToWebp(extended, 8, chunk("EXIF", makeTellingExif(turn))),
      ]),
    ),
    XMP: addToWebp(extended, 4, chunk("XMP ", xmp)),
    "XMP of a moving picture": addToWebp(animated, 4, chunk("XMP ", xmp)),
    "a part of nobody's": addToWebp(extended, 0, chunk("HTML", page)),
    "a part of nobody's in the simple form": Buffer.concat([
      webp.subarray(0, 4),
      lengthOf(webp, chunk("HTML", page)),
      webp.subarray(8),
      chunk("HTML", page),
    ]),
  },
  "image/heic": {
    "EXIF and XMP": heif(heicBrand, [item, exifItem, xmpItem]),
    "EXIF and XMP in a box": heif(heicBrand, [item, { ...exifItem, method: 1 }, { ...xmpItem, method: 1 }]),
    "a page in an item": heif(heicBrand, [item, { ...xmpItem, bytes: page, contentType: "text/html" }]),
    "a page in a box": Buffer.concat([heif(heicBrand, [item]), box("free", page)]),
    "a moving picture": Buffer.concat([heif(heicBrand, [item]), box("mpvd", film({ inMoov: box("udta", secret) }))]),
  },
  "image/avif": { "EXIF of sharp's": makePicture().withExif(telling).avif({ effort: 0 }).toBuffer() },
};

const wholes: [string, Buffer][] = [
  ["image/jpeg", jpeg],
  ["image/png", png],
  ["image/gif", gif],
  ["image/webp", webp],
];

export async function* tellingPictures(): AsyncGenerator<BadBytes> {
  const fate = { expected: "neutralised", forbidden: [secretBytes] } as const;
  for (const [claimed, files] of Object.entries(pictures)) {
    for (const [name, bytes] of Object.entries(files)) {
      yield { name: `${claimed}: ${name}`, claimed, ...fate, forbidden: [...fate.forbidden], bytes: await bytes };
    }
  }
  for (const [claimed, whole] of wholes) {
    for (const [name, trailer] of Object.entries(trailers)) {
      const bytes = Buffer.concat([whole, trailer]);
      yield { name: `${claimed}: ${name} behind`, claimed, ...fate, forbidden: [...fate.forbidden], bytes };
    }
  }
}

function lengthOf(picture: Buffer, more: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(picture.length + more.length - 8);
  return length;
}
