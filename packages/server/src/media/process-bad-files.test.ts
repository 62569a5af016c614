/** Files as attackers and broken programs make them, through the whole processor. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, expect, test } from "vitest";
import { AppError } from "../app-error.ts";
import { type BadFile, makeBadFiles } from "./bad-files.fixture.ts";
import { defaultMediaLimits } from "./media-limits.ts";
import { makeLog, makeProcessor } from "./media-processor.fixture.ts";
import type { Inspection, MediaProcessor } from "./media-processor.ts";

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function makeLastingFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "pipit-bad-files-"));
  folders.push(folder);
  return folder;
}

/** What came of a call; undefined when it was refused. Any other failure is one of the test. */
async function attempt<Value>(call: Promise<Value>): Promise<Value | undefined> {
  return await call.catch((error: unknown) => {
    if (error instanceof AppError && ["unsupported_type", "too_large"].includes(error.code)) return undefined;
    throw error;
  });
}

async function listLeaks({ path, forbidden = [] }: BadFile, found: Inspection): Promise<string[]> {
  const given = [found.cleanedPath ?? path, found.posterPath].filter((one) => one !== null);
  const bytes = Buffer.concat(await Promise.all(given.map((one) => readFile(one))));
  return forbidden
    .filter((secret) => bytes.includes(secret))
    .map((secret) => `still holds ${secret.toString("latin1")}`);
}

/** What is wrong with how a processor dealt with a file; nothing, as a rule. */
async function judge(processor: MediaProcessor, file: BadFile): Promise<string[]> {
  const folder = await makeLastingFolder();
  try {
    const found = await attempt(processor.inspect(file.path, file.claimed, folder));
    // Files are not transformed that were refused. But what decodes them must survive even that.
    const variant = { width: 320, height: 320, fit: "contain", format: "webp" } as const;
    if (file.claimed.startsWith("image/"))
      await attempt(processor.transform(file.path, join(folder, "small"), variant));
    if (!found) return file.expected === "neutralised" ? ["was refused"] : [];
    return [...(file.expected === "refused" ? ["was taken"] : []), ...(await listLeaks(file, found))];
  } catch (error) {
    return [`failed: ${String(error)}`];
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * Of some types, the files that are to be neutralised are skeletons: recordings without sound or picture, which ffprobe
 * may well refuse, and pictures whose size is nowhere. If they are taken nevertheless, nothing may leak.
 */
function allowRefusal(file: BadFile): BadFile {
  return { ...file, expected: file.expected === "neutralised" ? "either" : file.expected };
}

test("more than 200 bad files are refused or neutralised, none at a high price, and the processor lives on", async () => {
  const log = makeLog();
  const bare = makeProcessor({ log, workers: 1, ffmpegPath: "/nonexistent", ffprobePath: "/nonexistent" });
  const processor = makeProcessor({ log, workers: 1 });
  const problems: string[] = [];
  const most = { files: 0, ms: 0, cpuMs: 0, peakBytes: 0 };
  for await (const file of makeBadFiles(await makeLastingFolder())) {
    const forBare = file.claimed === "image/heic" ? allowRefusal(file) : file;
    const verdicts = await Promise.all([judge(bare, forBare), judge(processor, allowRefusal(file))]);
    await rm(file.path);
    const entries = log.entries.splice(0);
    const deaths = entries
      .filter(({ level }) => level !== "debug")
      .map(({ message, fields }) => `${message}: ${fields.death}`);
    problems.push(...[...verdicts.flat(), ...deaths].map((problem) => `${file.name} (${file.claimed}): ${problem}`));
    most.files += 1;
    most.ms = Math.max(most.ms, ...entries.map(({ fields }) => Number(fields.ms)));
    most.cpuMs = Math.max(most.cpuMs, ...entries.map(({ fields }) => Number(fields.cpuMs)));
    most.peakBytes = Math.max(most.peakBytes, ...entries.map(({ fields }) => Number(fields.peakBytes)));
  }
  console.log(most);
  expect(problems).toEqual([]);
  expect(most.files).toBeGreaterThanOrEqual(200);
  expect(most.cpuMs).toBeGreaterThan(0);
  expect(most.cpuMs).toBeLessThan(defaultMediaLimits.cpuMs);
  expect(most.peakBytes).toBeLessThan(defaultMediaLimits.memoryBytes);

  const path = join(await makeLastingFolder(), "good.png");
  await sharp({ create: { width: 30, height: 20, channels: 3, background: "red" } })
    .png()
    .toFile(path);
  const good = await processor.inspect(path, "image/png", await makeLastingFolder());
  expect(good).toMatchObject({ width: 30, height: 20 });
}, 90_000);
