/** WebM loses its tags; what one sees and hears is the same, and nothing in it moves. */
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { ebml, element, liveWebm, webm, webmTracks } from "../identify/build-sound.fixture.ts";
import { ffmpeg, makeFolder, makeRecording } from "../media-processor.fixture.ts";
import { secret } from "./build-pictures.fixture.ts";
import { cleanBytes, refuseBytes } from "./check-cleaning.fixture.ts";

const tracks = webmTracks(1, 2);
const clean = (bytes: Buffer) => cleanBytes(bytes, "video/webm");

test("a recording is seen and heard as before, and tells no place", async () => {
  const sources = [
    "-f",
    "lavfi",
    "-i",
    "testsrc=size=64x64:rate=10:duration=1",
    "-f",
    "lavfi",
    "-i",
    "sine=duration=1",
  ];
  const codecs = ["-c:v", "libvpx", "-c:a", "libopus"];
  const path = await makeRecording("a.webm", ...sources, ...codecs, "-metadata", `location=${secret}`);
  const original = await readFile(path);
  expect(original.indexOf(secret)).not.toBe(-1);
  const cleaned = await clean(original);
  expect(cleaned.length).toBe(original.length);
  expect(cleaned.indexOf(secret)).toBe(-1);
  expect(await decode(cleaned)).toBe(await decode(original));
});

test("a recording without tags stays as it is, be it finished or live", async () => {
  for (const bytes of [webm(tracks), liveWebm(tracks)]) expect(await clean(bytes)).toBe(bytes);
});

test("tags become empty space, wherever they are", async () => {
  const tags = element(ebml.tags, Buffer.from(secret));
  const empty = (length: number) => element(0xec, Buffer.alloc(length));
  expect(await clean(webm(tracks, tags))).toEqual(webm(tracks, empty(tags.length - 9)));
  expect(await clean(liveWebm(tracks, tags))).toEqual(liveWebm(tracks, empty(tags.length - 9)));
});

test.each([0, 1, 2, 3, 4, 5, 6])("tags of %i bytes become empty space", async (length) => {
  const tags = Buffer.concat([Buffer.from("1254c367", "hex"), Buffer.of(0x80 + length), Buffer.alloc(length, "x")]);
  const cleaned = await clean(webm(tracks, tags));
  expect(cleaned.length).toBe(webm(tracks, tags).length);
  expect(cleaned.indexOf("1254c367", "hex")).toBe(-1);
});

test("what lies in empty space goes, and what follows the end", async () => {
  const used = webm(tracks, element(0xec, Buffer.from(secret)));
  expect(await clean(used)).toEqual(webm(tracks, element(0xec, Buffer.alloc(secret.length))));
  expect(await clean(Buffer.concat([webm(tracks), Buffer.from(secret)]))).toEqual(webm(tracks));
});

test.each([
  ["it ends early", webm(tracks).subarray(0, -5)],
  ["it ends early, live", liveWebm(tracks).subarray(0, -5)],
  ["something follows it, live", Buffer.concat([liveWebm(tracks), Buffer.from("<script>")])],
  ["it holds files", webm(tracks, element(0x1941a469, Buffer.from(secret)))],
  ["it has a part of no size", webm(tracks, element(ebml.tags, Buffer.from(secret), "unknown"))],
  ["it has a part longer than itself", webm(tracks, element(ebml.tags, Buffer.from(secret), 5_000))],
  ["it has too many tracks", webm(webmTracks(...Array.from({ length: 200 }, () => 1)))],
])("a recording is refused when %s", async (_title, bytes) => {
  expect(await refuseBytes(bytes, "video/webm")).toBe("unsupported_type");
});

/** A sum of all frames and samples. */
async function decode(bytes: Buffer): Promise<string> {
  const path = join(await makeFolder(), "a.webm");
  await writeFile(path, bytes);
  const { stdout } = await promisify(execFile)(ffmpeg, ["-nostdin", "-v", "error", "-i", path, "-f", "md5", "-"]);
  expect(stdout).toMatch(/^MD5=/);
  return stdout;
}
