/** What a worker may say: nothing that it says makes the server do more than refuse. */
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { catchError, makeFile, makeFolder } from "../media-processor.fixture.ts";
import { answerSchema, type Job } from "../worker-messages.ts";
import { MediaWorker } from "./media-worker.ts";
import { requireFile } from "./require-file.ts";
import { makeWorkerEnvironment, usualSearchPath } from "./worker-environment.ts";

const task = { task: "inspect", path: "/a", mimeType: "image/png", folder: "/b" } as const;
const job: Job = { ...task, budget: { cpuMs: 10_000, wallMs: 10_000 } };
const inspected = {
  ...{ mimeType: "image/png", kind: "image", width: 1, height: 1, orientation: null, duration: null },
  ...{ waveform: null, thumbhash: null, cleaned: false, poster: false },
};

/** A worker that runs a script of our own. */
async function makeWorker(script: string): Promise<MediaWorker> {
  const program = await makeFile("worker.mjs", script);
  const tools = { ffmpeg: null, ffprobe: null, memoryBytes: 1 };
  const worker = new MediaWorker({ program, environment: makeWorkerEnvironment(usualSearchPath), tools });
  onTestFinished(async () => {
    worker.kill("closed");
    await worker.ended;
  });
  return worker;
}

const ready = 'process.stdout.write(`{"answer":"ready"}\\n`);';
const say = (text: string) => `process.stdin.once("data", () => process.stdout.write(${JSON.stringify(text)}));`;

test.each([
  ["what is no JSON", "hello\n"],
  ["an answer that there isn't", '{"answer":"open","path":"/etc/passwd"}\n'],
  [
    "a kind that doesn't fit the type",
    JSON.stringify({ answer: "inspected", inspected: { ...inspected, kind: "file" } }),
  ],
  ["two answers to one question", '{"answer":"transformed"}\n{"answer":"transformed"}\n'],
  ["a line without an end", "x".repeat(100_000)],
])("a worker that says %s is ended", async (_title, text) => {
  const worker = await makeWorker(ready + say(text.endsWith("\n") || text.length > 9999 ? text : `${text}\n`));
  expect(await worker.start(20_000)).toBeUndefined();
  await worker.run(job, 1e9);
  expect(await worker.ended).toMatchObject({ death: "nonsense" });
});

/** Answers each job after having used the processor for so long. */
const toil = (ms: number) => `
  process.stdin.on("data", () => {
    const before = process.cpuUsage();
    for (let used = 0; used < ${ms * 1000}; ) {
      const { user, system } = process.cpuUsage(before);
      used = user + system;
    }
    process.stdout.write('{"answer":"transformed"}\\n');
  });`;

test("what a worker has used for one job does not count against the next", async () => {
  const worker = await makeWorker(ready + toil(400));
  await worker.start(20_000);
  for (let round = 0; round < 4; round += 1) {
    const end = await worker.run({ ...task, budget: { cpuMs: 1000, wallMs: 20_000 } }, 1e9);
    expect(end).toMatchObject({ answer: { answer: "transformed" } });
    expect(end.costs.cpuMs).toBeGreaterThanOrEqual(300);
    expect(end.costs.cpuMs).toBeLessThan(1000);
  }
});

test.each([
  ["used too much of the processor", toil(20_000), { cpuMs: 300, wallMs: 20_000 }, "costly"],
  ["was too slow without that", "", { cpuMs: 300, wallMs: 300 }, "late"],
  ["was too slow, where nothing else is known", "", { cpuMs: null, wallMs: 300 }, "costly"],
])("a worker that %s is ended as such", async (_title, script, budget, death) => {
  const worker = await makeWorker(`${ready}setInterval(() => {}, 1000);${script}`);
  await worker.start(20_000);
  expect(await worker.run({ ...task, budget }, 1e9)).toMatchObject({ end: { death } });
});

test("a worker that speaks without being asked is ended", async () => {
  const worker = await makeWorker(`${ready}${ready}`);
  await worker.start(20_000);
  expect(await worker.ended).toMatchObject({ death: "nonsense" });
});

test("a worker that can't start says why", async () => {
  const worker = await makeWorker("throw new Error('no such library')");
  const end = await worker.start(20_000);
  expect(end).toMatchObject({ death: "crashed", how: expect.stringContaining("no such library") });
});

test("a worker that does not start in time is ended", async () => {
  const worker = await makeWorker("setInterval(() => {}, 1000)");
  expect(await worker.start(500)).toMatchObject({ death: "late" });
});

test.each([
  { width: 1.5 },
  { width: -1 },
  { height: 1e12 },
  { orientation: 9 },
  { duration: -1 },
  { duration: 1e9 },
  { waveform: [1, 2] },
  { waveform: Array(64).fill(101) },
  { thumbhash: "<script>" },
  { thumbhash: "A".repeat(1000) },
  { mimeType: "text/html" },
  { cleaned: "/etc/passwd" },
])("an answer with %o is none", (change) => {
  expect(answerSchema.safeParse({ answer: "inspected", inspected }).success).toBe(true);
  expect(answerSchema.safeParse({ answer: "inspected", inspected: { ...inspected, ...change } }).success).toBe(false);
});

test("of what a worker has made, only an ordinary file is taken", async () => {
  const folder = await makeFolder();
  const file = await makeFile("a", "a");
  await symlink(file, join(folder, "link"));
  expect(await requireFile(file)).toBe(file);
  for (const path of [join(folder, "link"), join(folder, "none"), folder]) {
    expect(await catchError(requireFile(path))).toMatchObject({ code: "unsupported_type" });
  }
});
