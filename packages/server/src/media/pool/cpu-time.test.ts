/** Time of the processor is counted once, whoever of the family used it, live or ended. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { makeFile } from "../media-processor.fixture.ts";
import { measureCpuTime } from "./cpu-time.ts";
import { listChildren } from "./read-memory.ts";

const waiting = { timeout: 15_000, interval: 20 };

/** Runs a shell script whose file has a name of ours. */
async function start(name: string, script: string): Promise<ChildProcess> {
  const path = await makeFile(name, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  const child = spawn(path, { stdio: "ignore" });
  await once(child, "spawn");
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

const measure = async ({ pid = 0 }: ChildProcess) => (await measureCpuTime(pid)) ?? 0;

test("what a process uses is counted, whatever it is called", async () => {
  const idle = await start("a) R 1 (b", "exec sleep 600");
  const busy = await start("c) S 9 9 9", "while :; do :; done");
  await vi.waitFor(async () => expect(await measure(busy)).toBeGreaterThan(200), waiting);
  expect(await measure(idle)).toBeLessThan(100);
});

test("what its programs use is counted, and stays counted when they have ended", async () => {
  const child = await start("child", "sh -c 'while :; do :; done'; exec sleep 600");
  await vi.waitFor(async () => expect(await measure(child)).toBeGreaterThan(200), waiting);
  const [program] = await listChildren(child.pid ?? 0);
  const used = await measure(child);
  process.kill(program ?? 0, "SIGKILL");
  await vi.waitFor(() => expect(existsSync(`/proc/${program}`)).toBe(false), waiting);
  const afterwards = await measure(child);
  expect(afterwards).toBeGreaterThanOrEqual(used);
  // Not twice, either.
  expect(afterwards).toBeLessThan(2 * used);
});

test("what has ended, or never was, has used nothing that is known", async () => {
  const child = await start("child", "exit 0");
  if (child.exitCode === null) await once(child, "exit");
  expect(await measureCpuTime(child.pid ?? 0)).toBeUndefined();
});
