import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type Scope, withScope } from "./processes/scope.ts";
import { makeTempFolder } from "./processes/temp-folder.ts";
import { waitUntil } from "./processes/wait-until.ts";

const program = fileURLToPath(new URL("bench.ts", import.meta.url));
const short = "send --json --seconds 1 --rounds 2 --warmup 0.5 --paced-seconds 1 --idle 20 --settle 0.5 --seed 7".split(
  " ",
);

type Run = { child: ChildProcess; out(): string; err(): string; tmp: string };

/** The benchmark as a program, with temporary files in a folder of its own. */
async function startBench(scope: Scope, args: readonly string[]): Promise<Run> {
  const tmp = await makeTempFolder(scope);
  const child = spawn(process.execPath, [program, ...args], { env: { ...process.env, TMPDIR: tmp } });
  scope.defer(() => void child.kill());
  const texts = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (texts.out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (texts.err += text));
  return { child, out: () => texts.out, err: () => texts.err, tmp };
}

test("a run prints one JSON object with all figures, loses nothing, and leaves nothing behind", async () => {
  await withScope(async (scope) => {
    const run = await startBench(scope, short);
    const [code] = await once(run.child, "close");
    expect(code, run.err()).toBe(0);
    const result = JSON.parse(run.out());
    expect(run.out().trim().split("\n")).toHaveLength(1);
    expect(result).toMatchObject({
      scenario: "send",
      seed: 7,
      idle_sockets: 20,
      checks: { lost: 0, repeated: 0, unexpected: 0, refused: 0 },
    });
    const figures = ["acked_per_s", "delivered_per_s", "relay_acked_per_s", "ratio", "p50_ms", "p95_ms", "p99_ms"];
    for (const figure of [...figures, "paced_p99_ms", "rows_per_batch"])
      expect(result[figure], figure).toBeGreaterThan(0);
    expect(result).toMatchObject({ idle_bytes_per_socket: expect.any(Number), versions: { postgres: "18" } });
    expect(await readdir(run.tmp)).toEqual([]);
  });
}, 120_000);

test("a run with media prints one JSON object with all figures, and leaves nothing behind", async () => {
  await withScope(async (scope) => {
    const args = "media --json --size 2.5 --rounds 2 --megapixels 0.3 --pictures 1 --repeats 2 --seed 7".split(" ");
    const run = await startBench(scope, args);
    const [code] = await once(run.child, "close");
    expect(code, run.err()).toBe(0);
    const result = JSON.parse(run.out());
    expect(result).toMatchObject({ scenario: "media", seed: 7, file_mb: 2.5, thumbnails: 10, picture_megapixels: 0.3 });
    expect(Object.keys(result.courses)).toHaveLength(6);
    for (const course of Object.values<Record<string, number>>(result.courses)) {
      expect(course.rounds).toHaveLength(2);
      for (const figure of ["mb_per_s", "plain_mb_per_s", "ratio"]) expect(course[figure], figure).toBeGreaterThan(0);
    }
    for (const figure of ["thumbnails_made_per_s", "thumbnails_fetched_per_s", "confirm_file_ms", "confirm_picture_ms"])
      expect(result[figure], figure).toBeGreaterThan(0);
    expect(result.server_peak_mb).toBeGreaterThan(result.plain_peak_mb);
    if (process.platform === "linux") expect(result.workers_peak_mb).toBeGreaterThan(0);
    expect(await readdir(run.tmp)).toEqual([]);
  });
}, 120_000);

test.runIf(process.platform === "linux")(
  "Ctrl-C ends all processes and removes all files",
  async () => {
    await withScope(async (scope) => {
      const run = await startBench(scope, short);
      await waitUntil("the warm-up", () => run.err().includes("warming"), { timeoutMs: 60_000 });
      const processes = await listDescendants(run.child.pid ?? 0);
      // Server, relay and load generator at least, and PostgreSQL.
      expect(processes.length).toBeGreaterThan(3);
      run.child.kill("SIGINT");
      const [code] = await once(run.child, "close");
      expect(code).toBe(130);
      expect(run.out()).toBe("");
      expect(await readdir(run.tmp)).toEqual([]);
      await waitUntil("the end of all processes", async () => !(await someRun(processes)), { timeoutMs: 10_000 });
    });
  },
  120_000,
);

test("an unknown scenario or a bad number is refused with the usage", async () => {
  await withScope(async (scope) => {
    for (const args of [
      ["nothing"],
      ["send", "--seconds", "many"],
      ["send", "--unknown"],
      ["media", "--size", "0"],
      [],
    ]) {
      const run = await startBench(scope, args);
      const [code] = await once(run.child, "close");
      expect(code).toBe(2);
      expect(run.out()).toBe("");
      expect(run.err()).toContain("Usage: npm run bench");
    }
  });
});

async function listDescendants(pid: number): Promise<number[]> {
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).split(" ").filter(Boolean).map(Number);
  const below = await Promise.all(children.map(listDescendants));
  return [...children, ...below.flat()];
}

// A process that is dead and not yet reaped has no command line.
async function someRun(pids: readonly number[]): Promise<boolean> {
  const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
  return commands.some((command) => command !== "");
}
