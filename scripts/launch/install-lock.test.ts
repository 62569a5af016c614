import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { withInstallLock } from "./install-lock.mjs";

const lockModule = new URL("./install-lock.mjs", import.meta.url).href;
let folder: string;
let root: URL;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pipit-lock-"));
  root = pathToFileURL(`${folder}/`);
  vi.spyOn(console, "error").mockReturnValue();
});
afterEach(() => rmSync(folder, { recursive: true }));

test("one task at a time, and nothing is left behind", async () => {
  const log: string[] = [];
  const task = (name: string) =>
    withInstallLock(root, async () => {
      log.push(`${name} in`);
      await new Promise(setImmediate);
      log.push(`${name} out`);
    });
  await Promise.all([task("a"), task("b")]);
  expect(log).toEqual(["a in", "a out", "b in", "b out"]);
  expect(readdirSync(folder)).toEqual([]);
});

test("a task that fails gives the lock back", async () => {
  await expect(withInstallLock(root, () => Promise.reject(new Error("no network")))).rejects.toThrow("no network");
  expect(await withInstallLock(root, async () => "next")).toBe("next");
});

test("the lock of a killed holder is taken over", async () => {
  const killed = await startAndKill();
  leaveLock({ host: hostname(), pids: [killed] });
  expect(await withInstallLock(root, async () => "taken")).toBe("taken");
});

test("the lock of a killed holder stays shut while its installer is still at work", async () => {
  const killed = await startAndKill();
  const installer = startIdle();
  leaveLock({ host: hostname(), pids: [killed, pidOf(installer)] });
  let isTaken = false;
  const taking = withInstallLock(root, async () => {
    isTaken = true;
  });
  // The message comes with the second look; the first would have taken a lock that is free to take.
  await vi.waitFor(() => expect(console.error).toHaveBeenCalled());
  expect(isTaken).toBe(false);
  installer.kill("SIGKILL");
  await taking;
});

test("processes that find a dead holder's lock together still take turns", async () => {
  leaveLock({ host: hostname(), pids: [await startAndKill()] });
  const log = join(folder, "log");
  const program = `
    import { appendFileSync } from "node:fs";
    import { withInstallLock } from ${JSON.stringify(lockModule)};
    await withInstallLock(new URL(${JSON.stringify(root.href)}), async () => {
      appendFileSync(${JSON.stringify(log)}, "in\\n");
      await new Promise((resolve) => setTimeout(resolve, 20));
      appendFileSync(${JSON.stringify(log)}, "out\\n");
    });`;
  const start = () => spawn(process.execPath, ["--input-type=module", "--eval", program], { stdio: "ignore" });
  const exits = await Promise.all([start(), start(), start()].map((child) => once(child, "exit")));
  expect(exits).toEqual([
    [0, null],
    [0, null],
    [0, null],
  ]);
  expect(readFileSync(log, "utf8")).toBe("in\nout\n".repeat(3));
  expect(existsSync(join(folder, ".pipit-setup.lock"))).toBe(false);
});

function leaveLock(owner: { host: string; pids: number[] }): void {
  mkdirSync(join(folder, ".pipit-setup.lock"));
  writeFileSync(join(folder, ".pipit-setup.lock/owner"), JSON.stringify({ token: "left over", ...owner }));
}

function startIdle(): ChildProcess {
  return spawn(process.execPath, ["--eval", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error("the program could not be started");
  return child.pid;
}

async function startAndKill(): Promise<number> {
  const child = startIdle();
  child.kill("SIGKILL");
  await once(child, "exit");
  return pidOf(child);
}
