/** Films lose what is told about them; what one sees and hears is the same, and nothing in them moves. */
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { box, film, ftyp, fullBox, track, uint32 } from "../identify/build-boxes.fixture.ts";
import { ffmpeg, makeFolder, makeRecording } from "../media-processor.fixture.ts";
import { secret } from "./build-pictures.fixture.ts";
import { cleanBytes, refuseBytes } from "./check-cleaning.fixture.ts";

const clean = (bytes: Buffer) => cleanBytes(bytes, "video/mp4");
const refuse = (bytes: Buffer) => refuseBytes(bytes, "video/mp4");

/** A film whose boxes say nothing. */
const plain = film();
const quietBox = (length: number) => box("free", Buffer.alloc(length));
const xyz = box("udta", box("\xa9xyz", secret));

const picture = ["-f", "lavfi", "-i", "testsrc=size=64x64:rate=10:duration=1", "-pix_fmt", "yuv420p"];
const sound = ["-f", "lavfi", "-i", "sine=duration=1"];
const place = ["-metadata", `location=+51.5007-000.1246/`, "-metadata", `title=${secret}`];

test.each([
  ["video/mp4", "a.mp4", ["-c:v", "mpeg4", "-movflags", "+faststart"]],
  ["video/mp4", "in pieces.mp4", ["-c:v", "mpeg4", "-movflags", "+frag_keyframe+empty_moov"]],
  ["video/mp4", "keys.mp4", ["-c:v", "mpeg4", "-movflags", "use_metadata_tags"]],
  ["video/quicktime", "a.mov", ["-c:v", "mpeg4"]],
])("a film is seen and heard as before, and tells no place: %s, %s", async (mimeType, name, options) => {
  const made = await makeRecording(name, ...sound, ...picture, "-c:a", "aac", ...options, ...place);
  const original = await readFile(made);
  expect(original.indexOf(secret)).not.toBe(-1);
  const cleaned = await cleanBytes(original, mimeType);
  expect(cleaned.length).toBe(original.length);
  expect(cleaned.indexOf(secret)).toBe(-1);
  expect(cleaned.indexOf("+51.5007")).toBe(-1);
  expect(await decode(cleaned, name)).toBe(await decode(original, name));
});

test("sound is heard as before", async () => {
  const original = await readFile(await makeRecording("a.m4a", ...sound, "-c:a", "aac", ...place));
  const cleaned = await cleanBytes(original, "audio/mp4");
  expect(cleaned.indexOf(secret)).toBe(-1);
  expect(await decode(cleaned, "a.m4a")).toBe(await decode(original, "a.m4a"));
});

test("a film that says nothing stays as it is", async () => {
  expect(await clean(plain)).toBe(plain);
});

test.each([
  ["user data", film({ inMoov: xyz })],
  ["keys of Apple's", film({ inMoov: box("meta", secret) })],
  ["a vendor's own", film({ inMoov: box("uuid", Buffer.alloc(16, 1), secret) })],
  ["an unknown box", film({ inMoov: box("Vndr", secret) })],
  ["space that is in use", film({ inMoov: box("free", secret) })],
])("what tells of the film becomes free space, without moving anything: %s", async (_title, bytes) => {
  const cleaned = await clean(bytes);
  expect(cleaned).toEqual(film({ inMoov: quietBox(bytes.length - plain.length - 8) }));
});

test.each([
  ["in a track", film({ tracks: [track("vide", { extra: xyz })] })],
  ["in a track's own keys", film({ tracks: [track("vide", { extra: box("meta", secret) })] })],
  ["behind the film", film({ after: box("uuid", Buffer.alloc(16, 1), secret) })],
  ["in a box of a phone's", film({ after: box("sefd", secret) })],
  ["in a box with a long length", film({ after: longBox("free", secret) })],
  ["in a box to the end", film({ after: Buffer.concat([uint32(0), Buffer.from(`udta${secret}`)]) })],
  ["in a fragment", film({ after: box("moof", box("traf", box("uuid", Buffer.alloc(16), secret))) })],
])("what tells of the film goes: %s", async (_title, bytes) => {
  const cleaned = await clean(bytes);
  expect(cleaned.length).toBe(bytes.length);
  expect(cleaned.indexOf(secret)).toBe(-1);
});

test("what follows the film without being a box goes", async () => {
  expect(await clean(Buffer.concat([plain, Buffer.from(`<script>${secret}</script>`)]))).toEqual(plain);
  expect(await clean(Buffer.concat([plain, Buffer.alloc(100)]))).toEqual(plain);
});

test("a track that tells where the camera was goes, with its samples", async () => {
  const samples = Buffer.from(`picture${secret}${secret}sound`);
  const at = film().indexOf("mdat") + 4 + "picture".length;
  const places = track("meta", { samples: [secret.length, secret.length], at });
  const cleaned = await clean(film({ tracks: [track("vide"), places], samples }));
  expect(cleaned.indexOf(secret)).toBe(-1);
  expect(cleaned.indexOf("picture")).not.toBe(-1);
  expect(cleaned.indexOf("sound", at)).not.toBe(-1);
});

test.each([
  ["lengths without samples", fullBox("stsc", 0, uint32(1, 1, 7, 1))],
  ["chunks outside the file", fullBox("stco", 0, uint32(1, 0xfffffff0))],
  ["more chunks than can be", fullBox("stco", 0, uint32(0xffffffff))],
])("a track whose tables lie is refused: %s", async (_title, table) => {
  const lying = track("meta", { samples: [10] });
  const longer = Buffer.concat([lying, table]);
  for (const type of ["stbl", "minf", "mdia", "trak"]) {
    const place = longer.indexOf(type) - 4;
    longer.writeUInt32BE(longer.readUInt32BE(place) + table.length, place);
  }
  expect(await refuse(film({ tracks: [track("vide"), longer] }))).toBe("unsupported_type");
});

test("a film that ends early is refused, wherever it ends", async () => {
  const made = await makeRecording("a.mp4", ...picture, "-c:v", "mpeg4", "-movflags", "+faststart");
  const original = await readFile(made);
  for (const share of [0.001, 0.01, 0.2, 0.5, 0.9, 0.99]) {
    expect(await refuse(original.subarray(0, Math.floor(original.length * share)))).toBe("unsupported_type");
  }
});

test("boxes inside boxes without end are refused", async () => {
  let inner = box("minf", "");
  for (let depth = 0; depth < 2_001; depth += 1) inner = box(depth % 2 === 0 ? "mdia" : "minf", inner);
  const bytes = film({ tracks: [track("vide", { extra: inner })], brand: ftyp("isom", "isom") });
  expect(await refuse(bytes)).toBe("unsupported_type");
});

test("a million boxes are refused", async () => {
  const bytes = film({ after: Buffer.concat(Array.from({ length: 200_000 }, () => box("free", ""))) });
  expect(await refuse(bytes)).toBe("unsupported_type");
});

function longBox(type: string, content: string): Buffer {
  return Buffer.concat([uint32(1), Buffer.from(type), uint32(0, 16 + content.length), Buffer.from(content)]);
}

/** A sum of all frames and samples. */
async function decode(bytes: Buffer, name: string): Promise<string> {
  const path = join(await makeFolder(), name);
  await writeFile(path, bytes);
  const options = ["-nostdin", "-v", "error", "-i", path, "-map", "0:v?", "-map", "0:a?", "-f", "md5", "-"];
  const { stdout } = await promisify(execFile)(ffmpeg, options);
  expect(stdout).toMatch(/^MD5=/);
  return stdout;
}
