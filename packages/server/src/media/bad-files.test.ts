/** Bad files are refused or neutralised, each in a moment, and nothing falls over them. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { type BadFile, makeBadFiles } from "./bad-files.fixture.ts";
import { cleanFile } from "./clean/clean-file.ts";
import { film, ftyp, heif } from "./identify/build-boxes.fixture.ts";
import { makeCompound } from "./identify/build-compound.fixture.ts";
import { avi, liveWebm, mp3, ogg, wav, webm, webmTracks } from "./identify/build-sound.fixture.ts";
import { makeZip, officeEntries } from "./identify/build-zip.fixture.ts";
import { identifyFile } from "./identify/identify-file.ts";
import { makeFolder } from "./media-processor.fixture.ts";

const longestMs = 10_000;

/** What others get of a file: its bytes, or none when it is refused. */
async function findFate(path: string, claimed: string, target: string): Promise<Buffer | undefined> {
  const found = await identifyFile(path, claimed);
  if ("code" in found) return undefined;
  const cleaned = await cleanFile(path, claimed, target);
  if (typeof cleaned !== "boolean") return undefined;
  return await readFile(cleaned ? target : path);
}

test("bad files are refused or neutralised, each within 10 seconds", { timeout: 240_000 }, async () => {
  const folder = await makeFolder();
  const target = join(folder, "cleaned");
  const names = new Set<string>();
  const wrong: string[] = [];
  for await (const file of makeBadFiles(folder)) {
    names.add(`${file.claimed} ${file.name}`);
    const start = performance.now();
    const seen = await findFate(file.path, file.claimed, target);
    const ms = performance.now() - start;
    const fault = findFault(file, seen);
    if (fault !== undefined || ms > longestMs) wrong.push(`${file.claimed}, ${file.name}: ${fault ?? "too slow"}`);
    await rm(file.path);
    await rm(target, { force: true });
  }
  expect(wrong).toEqual([]);
  expect(names.size).toBeGreaterThanOrEqual(200);
});

function findFault({ expected, forbidden = [] }: BadFile, seen: Buffer | undefined): string | undefined {
  if (seen === undefined) return expected === "neutralised" ? "was refused" : undefined;
  if (expected === "refused") return "was taken";
  return forbidden.some((bytes) => seen.includes(bytes)) ? "tells what it must not" : undefined;
}

test("whatever byte of a file is another, nothing falls over it", { timeout: 120_000 }, async () => {
  const seed = Number(process.env.TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`seed ${seed}`);
  const random = makeRandom(seed);
  const folder = await makeFolder();
  const target = join(folder, "cleaned");
  for (const [claimed, original] of await makeGoodFiles()) {
    for (let round = 0; round < 60; round += 1) {
      const path = join(folder, "spoilt");
      await writeFile(path, spoil(original, random));
      await findFate(path, claimed, target);
    }
  }
});

async function makeGoodFiles(): Promise<[claimed: string, bytes: Buffer][]> {
  const picture = () => sharp({ create: { width: 40, height: 30, channels: 3, background: "#c42" } }).withExif({});
  const openXml = "application/vnd.openxmlformats-officedocument";
  const heicItems = ["hvc1", "Exif"].map((type, index) => ({ id: index + 1, type, bytes: Buffer.alloc(60, index) }));
  return [
    ["image/jpeg", await picture().jpeg({ progressive: true }).toBuffer()],
    ["image/png", await picture().png().toBuffer()],
    ["image/gif", await picture().gif().toBuffer()],
    ["image/webp", await picture().webp().toBuffer()],
    ["image/avif", await picture().avif({ effort: 0 }).toBuffer()],
    ["image/heic", heif(ftyp("heic", "mif1"), heicItems)],
    ["video/mp4", film()],
    ["video/webm", webm(webmTracks(1, 2))],
    ["video/webm", liveWebm(webmTracks(1, 2))],
    ["video/x-msvideo", avi()],
    ["audio/wav", wav()],
    ["audio/ogg", ogg("OpusHead")],
    ["audio/mpeg", mp3(6)],
    ["application/msword", makeCompound({ WordDocument: Buffer.alloc(5_000) })],
    [`${openXml}.wordprocessingml.document`, makeZip(officeEntries("docx"))],
  ];
}

/** A few bytes are others, some are missing, or some are there twice. */
function spoil(original: Buffer, random: (below: number) => number): Buffer {
  const bytes = Buffer.from(original);
  const changes = 1 + random(8);
  // Headers stand in front, and at the end of zips: there most goes wrong.
  const place = () => (random(2) === 0 ? random(Math.min(600, bytes.length)) : random(bytes.length));
  for (let change = 0; change < changes; change += 1) bytes[place()] = [0, 0xff, 0x7f, random(256)][random(4)] ?? 0;
  const cut = place();
  if (random(4) === 0) return bytes.subarray(0, cut);
  return random(4) === 0 ? Buffer.concat([bytes.subarray(0, cut), bytes.subarray(place())]) : bytes;
}

/** Mulberry32: small, and the same on every machine. */
function makeRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
