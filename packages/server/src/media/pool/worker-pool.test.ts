/** What becomes of the workers, and of the jobs, when files cost too much or kill. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import {
  catchError,
  ffprobe,
  makeFile,
  makeFolder,
  makeLog,
  makeProcessor,
  makeProgram,
  makeRecording,
} from "../media-processor.fixture.ts";
import type { MediaProcessor } from "../media-processor.ts";
import { listChildren } from "./read-memory.ts";

/** A progressive JPEG is whole in memory or not decoded at all: this one takes 600 MB. */
let hungry = "";

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "pipit-media-"));
  hungry = join(folder, "hungry.jpg");
  const flat = sharp({ create: { width: 10_000, height: 10_000, channels: 3, background: "#a05" } });
  await flat.jpeg({ progressive: true, chromaSubsampling: "4:4:4" }).toFile(hungry);
});

afterAll(() => rm(dirname(hungry), { recursive: true }));

const waiting = { timeout: 15_000, interval: 20 };

/** A picture that any processor can measure. */
async function measurePicture(processor: MediaProcessor): Promise<unknown> {
  const picture = sharp({ create: { width: 30, height: 20, channels: 3, background: "red" } });
  const path = await makeFile("a.png", await picture.png().toBuffer());
  return await processor.inspect(path, "image/png", await makeFolder());
}

async function measureAudio(processor: MediaProcessor): Promise<unknown> {
  const path = await makeRecording("a.wav", "-f", "lavfi", "-i", "sine=duration=1");
  return await processor.inspect(path, "audio/wav", await makeFolder());
}

/** The workers of this process; those of other tests have ended with their tests. */
const listWorkers = () => listChildren(process.pid);

test("a server at rest has no workers: they come with work and go without", async () => {
  const processor = makeProcessor({ limits: { idleMs: 200 } });
  expect(await listWorkers()).toEqual([]);
  await measurePicture(processor);
  expect(await listWorkers()).toHaveLength(1);
  await vi.waitFor(async () => expect(await listWorkers()).toEqual([]), waiting);
  expect(await measurePicture(processor)).toMatchObject({ width: 30 });
});

test("a worker is used again, and another is started only when it is busy", async () => {
  const processor = makeProcessor();
  await measurePicture(processor);
  const [first] = await listWorkers();
  await measurePicture(processor);
  expect(await listWorkers()).toEqual([first]);
  await Promise.all(Array.from({ length: 6 }, () => measurePicture(processor)));
  expect(await listWorkers()).toHaveLength(2);
});

test("nothing of the server's environment is in a worker's", async () => {
  process.env.PIPIT_ADMIN_KEY = "the server's secret";
  try {
    const processor = makeProcessor();
    await measurePicture(processor);
    const [pid] = await listWorkers();
    const environment = (await readFile(`/proc/${pid}/environ`, "latin1")).split("\0").filter(Boolean);
    const names = environment.map((line) => line.split("=")[0]).sort();
    expect(names).toEqual(["LC_ALL", "MALLOC_ARENA_MAX", "PATH", "TZ", "UV_THREADPOOL_SIZE", "VIPS_BLOCK_UNTRUSTED"]);
  } finally {
    delete process.env.PIPIT_ADMIN_KEY;
  }
});

/** A program that writes its number to a file, and then does what a script says. */
async function makeTracedProgram(script: string): Promise<{ program: string; expectGone(): Promise<void> }> {
  const pidFile = join(await makeFolder(), "pid");
  return {
    program: await makeProgram(`echo $$ > ${pidFile}.new; mv ${pidFile}.new ${pidFile}; ${script}`),
    async expectGone() {
      const pid = (await readFile(pidFile, "utf8")).trim();
      await vi.waitFor(() => expect(existsSync(`/proc/${pid}`)).toBe(false), waiting);
    },
  };
}

const listDeaths = ({ entries }: ReturnType<typeof makeLog>) =>
  entries.filter(({ level }) => level === "warn").map(({ fields }) => fields.death);

const toil = "while :; do :; done";
const hang = "exec sleep 600";

test("a file that costs too much of the processor is refused, what read it is gone, and others go on", async () => {
  const { program, expectGone } = await makeTracedProgram(`trap '' TERM; ${toil}`);
  const processor = makeProcessor({ ffprobePath: program, workers: 1, limits: { cpuMs: 1000 } });
  const [error, picture] = await Promise.all([catchError(measureAudio(processor)), measurePicture(processor)]);
  expect(error).toMatchObject({ code: "unsupported_type", message: expect.stringContaining("time") });
  expect(picture).toMatchObject({ width: 30 });
  await expectGone();
});

test.each([
  ["uses too much of the processor", toil, { cpuMs: 500 }, "costly", { code: "unsupported_type" }],
  ["takes too long without that", hang, { patienceMs: 1500 }, "late", { code: "unavailable", retryAfterSeconds: 5 }],
])("a worker that %s is killed, with what it runs", async (_title, script, limits, death, expected) => {
  const log = makeLog();
  // The program stops its worker, which then can't keep to the budget by itself.
  const { program, expectGone } = await makeTracedProgram(`kill -STOP $PPID; ${script}`);
  const processor = makeProcessor({ log, ffprobePath: program, limits });
  expect(await catchError(measureAudio(processor))).toMatchObject(expected);
  expect(listDeaths(log)).toEqual([death]);
  await expectGone();
  expect(await measurePicture(processor)).toMatchObject({ width: 30 });
});

test("a file is kept that takes long for no fault of its own: the job can be asked for again", async () => {
  const gate = join(await makeFolder(), "gate");
  const program = await makeProgram(`[ -e ${gate} ] && exec ${ffprobe} "$@"; ${hang}`);
  const processor = makeProcessor({ ffprobePath: program, limits: { patienceMs: 3000 } });
  expect(await catchError(measureAudio(processor))).toMatchObject({ code: "unavailable", retryAfterSeconds: 5 });
  await writeFile(gate, "");
  expect(await measureAudio(processor)).toMatchObject({ kind: "audio", duration: 1 });
});

test("where the processor's time is not told, what takes too long is refused", async () => {
  const { program, expectGone } = await makeTracedProgram(hang);
  const processor = makeProcessor({ ffprobePath: program, isCpuTold: false, limits: { cpuMs: 1000 } });
  const expected = { code: "unsupported_type", message: expect.stringContaining("time") };
  expect(await catchError(measureAudio(processor))).toMatchObject(expected);
  await expectGone();
});

test.each([
  ["SEGV", "SIGSEGV"],
  ["ABRT", "SIGABRT"],
])(
  "a file that crashes its worker (%s) is refused once and for all, and the next one is read",
  async (name, signal) => {
    const log = makeLog();
    const processor = makeProcessor({ log, ffprobePath: await makeProgram(`kill -${name} $PPID; exec sleep 600`) });
    expect(await catchError(measureAudio(processor))).toMatchObject({ code: "unsupported_type" });
    const warnings = log.entries.filter(({ level }) => level === "warn");
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.fields).toMatchObject({ death: "crashed", how: expect.stringContaining(signal) });
    expect(await measurePicture(processor)).toMatchObject({ width: 30 });
  },
);

// The system, when it is out of memory, kills the worker or what it runs, whichever is larger.
test.each([
  ["worker", "$PPID"],
  ["program", "$$"],
])("a job whose %s was killed from outside is done once more", async (_what, victim) => {
  const marker = join(await makeFolder(), "marker");
  const script = `[ -e ${marker} ] && exec ${ffprobe} "$@"; touch ${marker}; kill -KILL ${victim}; ${hang}`;
  const log = makeLog();
  const processor = makeProcessor({ log, ffprobePath: await makeProgram(script) });
  expect(await measureAudio(processor)).toMatchObject({ kind: "audio", duration: 1 });
  expect(listDeaths(log)).toEqual(["killed"]);
});

test.each([
  ["worker", "$PPID"],
  ["program", "$$"],
])("a job whose %s is killed twice can be asked for again, and the file is kept", async (_what, victim) => {
  const log = makeLog();
  const processor = makeProcessor({ log, ffprobePath: await makeProgram(`kill -KILL ${victim}; ${hang}`) });
  expect(await catchError(measureAudio(processor))).toMatchObject({ code: "unavailable", retryAfterSeconds: 5 });
  expect(listDeaths(log)).toEqual(["killed", "killed"]);
});

test("a stop of the whole service is not the file's fault: workers leave it to the server to end them", async () => {
  const script = `kill -TERM $PPID; kill -INT $PPID; kill -HUP $PPID; exec ${ffprobe} "$@"`;
  const processor = makeProcessor({ ffprobePath: await makeProgram(script) });
  expect(await measureAudio(processor)).toMatchObject({ kind: "audio", duration: 1 });
});

test("more than may wait are turned away, and those that wait are served", async () => {
  const gate = join(await makeFolder(), "gate");
  const script = `while [ ! -e ${gate} ]; do sleep 0.05; done; exec ${ffprobe} "$@"`;
  const limits = { maxWaiting: 2 };
  const processor = makeProcessor({ ffprobePath: await makeProgram(script), workers: 1, limits });
  const path = await makeRecording("a.wav", "-f", "lavfi", "-i", "sine=duration=1");
  const folder = await makeFolder();
  const inspect = () => processor.inspect(path, "audio/wav", folder);
  const served = [inspect(), inspect(), inspect()];
  const error = await catchError(inspect());
  expect(error).toMatchObject({ code: "unavailable", retryAfterSeconds: 2 });
  await writeFile(gate, "");
  expect(await Promise.all(served)).toHaveLength(3);
});

test("closing ends what runs and what waits, and leaves no process behind", async () => {
  const pidFile = join(await makeFolder(), "pid");
  const script = `echo $$ > ${pidFile}.new; mv ${pidFile}.new ${pidFile}; exec sleep 600`;
  const processor = makeProcessor({ ffprobePath: await makeProgram(script), workers: 1 });
  const jobs = [catchError(measureAudio(processor)), catchError(measureAudio(processor))];
  await vi.waitFor(() => expect(existsSync(pidFile)).toBe(true), waiting);
  await processor.close();
  expect((await Promise.all(jobs)).map(({ code }) => code)).toEqual(["unavailable", "unavailable"]);
  expect(await listWorkers()).toEqual([]);
  const pid = (await readFile(pidFile, "utf8")).trim();
  await vi.waitFor(() => expect(existsSync(`/proc/${pid}`)).toBe(false), waiting);
  expect(await catchError(measurePicture(processor))).toMatchObject({ code: "unavailable" });
});

test("closing while a worker starts leaves no process behind", async () => {
  const processor = makeProcessor();
  const job = catchError(measurePicture(processor));
  await vi.waitFor(async () => expect(await listWorkers()).toHaveLength(1), { ...waiting, interval: 1 });
  await processor.close();
  expect(await job).toMatchObject({ code: "unavailable" });
  expect(await listWorkers()).toEqual([]);
});

test("a server that is killed takes its workers, and what they run, with it", async () => {
  const pidFile = join(await makeFolder(), "pid");
  const script = `echo $PPID $$ > ${pidFile}.new; mv ${pidFile}.new ${pidFile}; exec sleep 600`;
  const path = await makeRecording("a.wav", "-f", "lavfi", "-i", "sine=duration=1");
  const server = await makeFile(
    "server.mjs",
    `import { createMediaProcessor } from ${JSON.stringify(new URL("../create-media-processor.ts", import.meta.url).href)};
     const log = { debug() {}, info() {}, warn() {}, error() {} };
     const processor = createMediaProcessor({ log, ffprobePath: ${JSON.stringify(await makeProgram(script))} });
     await processor.inspect(${JSON.stringify(path)}, "audio/wav", "/nonexistent");`,
  );
  const child = spawn(process.execPath, [server], { stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  await vi.waitFor(() => expect(existsSync(pidFile)).toBe(true), waiting);
  child.kill("SIGKILL");
  const pids = (await readFile(pidFile, "utf8")).trim().split(" ");
  expect(pids).toHaveLength(2);
  await vi.waitFor(() => expect(pids.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]), waiting);
});

test("a file that needs too much memory is refused by the watch, and others go on", async () => {
  const log = makeLog();
  // Without prlimit, nothing but the watch is in the way.
  const processor = makeProcessor({ log, searchPath: "/nonexistent", workers: 1 });
  const target = join(await makeFolder(), "small.webp");
  const variant = { width: 100, height: 100, fit: "contain", format: "webp" } as const;
  const [error, picture] = await Promise.all([
    catchError(processor.transform(hungry, target, variant)),
    measurePicture(processor),
  ]);
  expect(error).toMatchObject({ code: "unsupported_type", message: expect.stringContaining("memory") });
  expect(picture).toMatchObject({ width: 30 });
  expect(log.entries.filter(({ level }) => level === "warn").map(({ fields }) => fields.death)).toEqual(["memory"]);
  expect(existsSync(target)).toBe(false);
});

test("with prlimit, a file that needs too much memory is refused and its worker lives", async () => {
  const log = makeLog();
  const processor = makeProcessor({ log });
  const target = join(await makeFolder(), "small.webp");
  const variant = { width: 100, height: 100, fit: "contain", format: "webp" } as const;
  const error = await catchError(processor.transform(hungry, target, variant));
  expect(error).toMatchObject({ code: "unsupported_type", message: expect.stringContaining("memory") });
  expect(log.entries.filter(({ level }) => level !== "debug")).toEqual([]);
});
