/** Broken, lying and double-faced films and recordings. */
import type { BadBytes } from "../bad-files.fixture.ts";
import { secret, secretBytes } from "../clean/build-pictures.fixture.ts";
import { box, film, ftyp, fullBox, isomFtyp, track, uint32 } from "./build-boxes.fixture.ts";
import {
  adts,
  avi,
  chunk,
  ebml,
  ebmlHeader,
  element,
  id3,
  liveWebm,
  mp3,
  ogg,
  oggPage,
  riff,
  wav,
  wavFormat,
  webm,
  webmTracks,
} from "./build-sound.fixture.ts";
import { makeZip } from "./build-zip.fixture.ts";

const script = `<script>${secret}</script>`;
const zip = makeZip([{ name: "evil.sh", content: "rm -rf /" }]);
const mp4 = film();
const both = webmTracks(1, 2);
const live = liveWebm(both);

/** For each type: what is refused. */
const refused: Record<string, Record<string, Buffer>> = {
  "video/mp4": {
    "no film": Buffer.concat([isomFtyp, box("mdat", script)]),
    "no samples": Buffer.concat([isomFtyp, box("moov", track("vide"))]),
    "sound alone": film({ brand: ftyp("M4A ", "M4A ", "mp42"), tracks: [track("soun")] }),
    "sound alone, of a general brand": film({ tracks: [track("soun")] }),
    "no tracks": film({ tracks: [] }),
    "a QuickTime film": film({ brand: ftyp("qt  ", "qt  ") }),
    "an unknown brand": film({ brand: ftyp("evil", "evil") }),
    "a brand alone": isomFtyp,
    "a picture": Buffer.concat([ftyp("heic", "mif1", "heic"), mp4.subarray(isomFtyp.length)]),
    "two films in one": Buffer.concat([mp4, box("moov", track("vide"))]),
    "a box longer than the file": spoil(mp4, mp4.indexOf("moov") - 4, 0x7fffffff),
    "a box shorter than its header": spoil(mp4, mp4.indexOf("moov") - 4, 4),
    "a box inside that is longer than its parent": spoil(mp4, mp4.indexOf("trak") - 4, 0x00ffffff),
    "a box inside without length": spoil(mp4, mp4.indexOf("mdia") - 4, 3),
    "a length of 64 bits that is too long": Buffer.concat([mp4, uint32(1), Buffer.from("mdat"), uint32(0x7fffffff, 0)]),
    "a length of 64 bits that is cut off": Buffer.concat([mp4, uint32(1), Buffer.from("mdat"), uint32(0)]),
    "a brand of a megabyte": film({ brand: box("ftyp", "isom", Buffer.alloc(1_000_000, "isom")) }),
    "boxes without end": Buffer.concat([mp4, ...Array.from({ length: 150_000 }, () => box("free", ""))]),
    "tracks without end": film({ tracks: Array.from({ length: 20_000 }, () => track("vide")) }),
    "boxes in boxes": film({ tracks: [track("vide", { extra: nest(3_000) })] }),
    "a track without a handler": film({ tracks: [box("trak", box("mdia", ""))] }),
    "a track of places that lies": film({ tracks: [track("vide"), track("meta", { samples: [5_000_000] })] }),
    "a track of places without tables": film({
      tracks: [track("vide"), box("trak", box("mdia", fullBox("hdlr", 0, uint32(0), "meta", Buffer.alloc(13))))],
    }),
    "a zip in its samples": Buffer.concat([box("moov", track("vide")), box("mdat", zip)]),
    "a zip behind its brand": Buffer.concat([isomFtyp, box("moov", track("vide")), box("mdat", zip)]),
  },
  "audio/mp4": {
    "a film": mp4,
    "a film of pictures": film({ tracks: [track("soun"), track("pict")] }),
    "a film of Apple's": film({ brand: ftyp("M4A ", "M4A ", "isom") }),
    "a QuickTime film": film({ brand: ftyp("qt  ", "qt  "), tracks: [track("soun")] }),
  },
  "video/quicktime": {
    "an MP4 film": mp4,
    "sound alone": film({ brand: ftyp("qt  ", "qt  "), tracks: [track("soun")] }),
    "free space alone": box("free", Buffer.alloc(500)),
    "samples alone": box("mdat", Buffer.alloc(500)),
  },
  "video/webm": {
    "sound alone": webm(webmTracks(2)),
    "no tracks": webm(Buffer.alloc(0)),
    "a head alone": ebmlHeader,
    "a head of a gigabyte": Buffer.concat([element(0x1a45dfa3, ebmlHeader.subarray(12), 2 ** 30)]),
    "a segment longer than the file": Buffer.concat([ebmlHeader, element(ebml.segment, [both], 5_000_000)]),
    "a track longer than its list": Buffer.concat([
      ebmlHeader,
      element(ebml.segment, [element(ebml.tracks, [element(ebml.track, Buffer.alloc(5), 5_000)])]),
    ]),
    "a type of eight bytes": webm(element(ebml.tracks, [element(ebml.track, [element(0x83, Buffer.alloc(8, 1))])])),
    attachments: webm(both, element(0x1941a469, Buffer.from(script))),
    "an unknown part": webm(both, element(0x1abbccdd, Buffer.from(script))),
    "segments in segments": Buffer.concat([ebmlHeader, nestElements(2_000)]),
    "empty parts without end": webm(
      both,
      ...Array.from({ length: 2 }, () => Buffer.alloc(2_500_000 * 2, Buffer.of(0xec, 0x80))),
    ),
    zeros: Buffer.concat([ebmlHeader, Buffer.alloc(10_000)]),
    "live, and something behind": Buffer.concat([live, Buffer.from(script)]),
    "live, and a zip behind": Buffer.concat([live, zip]),
  },
  "audio/webm": { "a film": webm(both), "a live film": live, "words alone": webm(webmTracks(17)) },
  "audio/ogg": {
    "a film of Theora": ogg("\x80theora", "\x01vorbis"),
    "a film of Theora behind sound": Buffer.concat([ogg("\x01vorbis"), ogg("\x80theora")]),
    "a film of another kind": ogg("\x01video\0"),
    "a stream of nobody knows what": ogg("<script>"),
    "pages that begin no stream": Buffer.concat([oggPage(Buffer.alloc(100)), oggPage(Buffer.alloc(100))]),
    "a page that is cut off": ogg("OpusHead").subarray(0, -20),
    "a page longer than the file": Buffer.concat([
      ogg("OpusHead"),
      oggPage(Buffer.alloc(9), { segments: Buffer.alloc(255, 255) }),
    ]),
    "pages without end": Buffer.concat([ogg("OpusHead"), repeat(oggPage(Buffer.alloc(0)), 410_000)]),
  },
  "audio/wav": {
    "no sound": riff("WAVE", [wavFormat]),
    "no format": riff("WAVE", [chunk("data", Buffer.alloc(100))]),
    "sound longer than the file": riff("WAVE", [wavFormat, chunk("data", Buffer.alloc(100), 5_000_000)]),
    "a length longer than the file": riff("WAVE", [wavFormat, chunk("data", Buffer.alloc(100))], 5_000_000),
    "chunks without end": riff("WAVE", [
      wavFormat,
      repeat(chunk("JUNK", Buffer.alloc(0)), 20_000),
      chunk("data", Buffer.alloc(9)),
    ]),
    "an open end, and chunks without end": riff("WAVE", [repeat(Buffer.alloc(8), 100_000)], 0),
    "another form": riff("WAVX", [wavFormat, chunk("data", Buffer.alloc(100))]),
    "sound that is cut off": wav().subarray(0, -50),
  },
  "video/x-msvideo": {
    "no film": riff("AVI ", [chunk("LIST", Buffer.from("hdrl"))]),
    "another form": riff("AVIX", [chunk("LIST", Buffer.from("hdrl")), chunk("LIST", Buffer.from("movi"))]),
    "a list longer than the file": riff("AVI ", [chunk("LIST", Buffer.from("hdrl"), 5_000_000)]),
    "a film that is cut off": avi().subarray(0, -10),
    "chunks without end": riff("AVI ", [repeat(chunk("JUNK", Buffer.alloc(0)), 20_000)]),
  },
  "audio/mpeg": {
    "one mark": Buffer.concat([Buffer.from("fffb9000", "hex"), Buffer.alloc(200, 1)]),
    "one frame, and html": Buffer.concat([mp3(1), Buffer.from(script)]),
    "titles alone": id3(Buffer.alloc(100)),
    "titles longer than the file": id3(Buffer.alloc(100)).subarray(0, 60),
    "titles, and html": Buffer.concat([id3(Buffer.alloc(100)), Buffer.from(script)]),
    "html in front": Buffer.concat([Buffer.from(script), mp3(9)]),
    "a frame that is cut off": mp3(2).subarray(0, -10),
    "frames of no known rate": repeat(Buffer.from("fffbf0007777", "hex"), 100),
    AAC: adts(9),
    "a zip behind": Buffer.concat([mp3(9), zip]),
    "titles in titles without end": Buffer.concat([
      ...Array.from({ length: 300 }, () => id3(Buffer.alloc(10))),
      mp3(9),
    ]),
  },
  "audio/aac": {
    MP3: mp3(9),
    "one mark": Buffer.concat([Buffer.from("fff15080", "hex"), Buffer.alloc(200)]),
    "frames without length": repeat(Buffer.from("fff15080001ffc", "hex"), 100),
    "a zip behind": Buffer.concat([adts(9), zip]),
    "html in front": Buffer.concat([Buffer.from(script), adts(9)]),
  },
};

const xyz = box("udta", box("\xa9xyz", `\0\x18\x15\xc7${secret}`));
const loci = box("udta", fullBox("loci", 0, secret));

/** For each type: what is taken, without what must not be in it. */
const neutralised: Record<string, Record<string, Buffer>> = {
  "video/mp4": {
    "a place of Apple's": film({ inMoov: xyz }),
    "a place of a phone's": film({ inMoov: loci }),
    "a place in a track": film({ tracks: [track("vide", { extra: xyz })] }),
    "a place in keys": film({ inMoov: fullBox("meta", 0, box("ilst", secret)) }),
    XMP: film({ after: box("uuid", Buffer.from("be7acfcb97a942e89c71999491e3afac", "hex"), secret) }),
    "html in user data": film({ inMoov: box("udta", script) }),
    "html in free space": film({ inMoov: box("free", script) }),
    "html in free space at the top": film({ after: box("skip", script) }),
    "html in an unknown box": film({ after: box("html", script) }),
    "html behind": Buffer.concat([mp4, Buffer.from(script)]),
    "a zip behind": Buffer.concat([mp4, makeZip([{ name: secret, content: secret, isStored: true }])]),
    "places moment by moment": film({
      tracks: [track("vide"), track("meta", { samples: [secret.length], at: isomFtyp.length + 8 })],
      samples: Buffer.concat([secretBytes, Buffer.alloc(20, 1)]),
    }),
  },
  "video/quicktime": {
    "a place": film({ brand: ftyp("qt  ", "qt  "), inMoov: xyz }),
    "a place in keys": film({ brand: ftyp("qt  ", "qt  "), inMoov: box("meta", box("keys", secret)) }),
    "html in a preview": film({ brand: ftyp("qt  ", "qt  "), after: box("PICT", script) }),
  },
  "audio/mp4": { "a place": film({ tracks: [track("soun")], inMoov: loci }) },
  "video/webm": {
    "a place in its tags": webm(both, element(ebml.tags, secretBytes)),
    "html in its empty space": webm(both, element(0xec, Buffer.from(script))),
    "html behind": Buffer.concat([webm(both), Buffer.from(script)]),
    "a zip behind": Buffer.concat([webm(both), makeZip([{ name: secret }])]),
  },
  "audio/ogg": { "html behind": Buffer.concat([ogg("OpusHead"), Buffer.from(script)]) },
  "audio/wav": { "html behind": Buffer.concat([wav(), Buffer.from(script)]) },
  "video/x-msvideo": {
    "html behind": Buffer.concat([avi(), Buffer.from(script)]),
    "a zip behind": Buffer.concat([avi(), makeZip([{ name: secret }])]),
  },
};

const wholes: [string, Buffer][] = [
  ["video/mp4", mp4],
  ["video/webm", webm(both)],
  ["video/webm", live],
  ["audio/ogg", ogg("OpusHead")],
  ["audio/wav", wav()],
  ["video/x-msvideo", avi()],
];

export function* badRecordings(): Generator<BadBytes> {
  for (const [claimed, files] of Object.entries(refused)) {
    for (const [name, bytes] of Object.entries(files)) {
      yield { name: `${claimed}: ${name}`, claimed, expected: "refused", bytes };
    }
  }
  for (const [claimed, files] of Object.entries(neutralised)) {
    for (const [name, bytes] of Object.entries(files)) {
      yield { name: `${claimed}: ${name}`, claimed, expected: "neutralised", forbidden: [secretBytes], bytes };
    }
  }
  for (const [claimed, whole] of wholes) {
    for (const share of [0.02, 0.2, 0.4, 0.6, 0.8, 0.97]) {
      const bytes = whole.subarray(0, Math.floor(whole.length * share));
      // An Ogg that ends between two pages is a shorter Ogg, and a live film that ends between blocks a shorter film.
      yield { name: `${claimed}: ${share} of its length`, claimed, expected: "either", bytes };
    }
  }
}

function spoil(original: Buffer, at: number, value: number): Buffer {
  const bytes = Buffer.from(original);
  bytes.writeUInt32BE(value, at);
  return bytes;
}

function repeat(bytes: Buffer, times: number): Buffer {
  return Buffer.alloc(bytes.length * times, bytes);
}

function nest(depth: number): Buffer {
  let inner = box("mdia", "");
  for (let level = 0; level < depth; level += 1) inner = box(level % 2 === 0 ? "minf" : "mdia", inner);
  return box("mdia", inner);
}

function nestElements(depth: number): Buffer {
  let inner = Buffer.alloc(0);
  for (let level = 0; level < depth; level += 1) inner = element(ebml.segment, inner) as Buffer<ArrayBuffer>;
  return inner;
}
