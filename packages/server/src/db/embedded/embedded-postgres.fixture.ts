/** Data directories and server processes for the tests of the embedded PostgreSQL, all gone when the test ends. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import pg from "pg";
import { expect, onTestFinished, vi } from "vitest";
import type { EmbeddedPostgres, EmbeddedPostgresOptions } from "./embedded-postgres.ts";
import { startEmbeddedPostgres } from "./embedded-postgres.ts";
import { isErrno } from "./errno.ts";
import { readPostmasterFile } from "./postmaster-file.ts";
import { readCommand } from "./process-command.ts";

type Claim = EmbeddedPostgresOptions["claim"];

/** What a process of its own says when it has PostgreSQL. */
type Served = { child: ChildProcess; pid: number; origin: string; host: string };

export const isRoot = process.getuid?.() === 0;

/** A log that keeps its messages. */
export function makeLog() {
  const lines: string[] = [];
  const add = (fields: object, message: string) => {
    const { err } = fields as { err?: unknown };
    lines.push(err instanceof Error ? `${message}: ${err.message}` : message);
  };
  return { lines, info: add, warn: add };
}

/** A directory that PostgreSQL's user can pass through, so that a data directory in it is the ordinary case. */
export async function makeParentDir(mode = 0o755): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "pipit-embedded-"));
  onTestFinished(async () => {
    await killProcessesOf(dir);
    await rm(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  });
  await chmod(dir, mode);
  return dir;
}

/** The path of a data directory that does not exist yet. */
export async function makeDataDir(): Promise<string> {
  return join(await makeParentDir(), "data");
}

/** PostgreSQL in this process. */
export async function start(dataDir: string, claim: Claim, log = makeLog()): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir, claim, log });
  onTestFinished(async () => await postgres.stop());
  return postgres;
}

/** Begins a process that has PostgreSQL and then does nothing, by `ending` for ever or without keeping itself alive. */
export function spawnServer(dataDir: string, claim: Claim, ending: "lives" | "lets go" = "lives"): ChildProcess {
  const script = `
    import { startEmbeddedPostgres } from ${JSON.stringify(new URL("./embedded-postgres.ts", import.meta.url).href)};
    const log = { info() {}, warn() {} };
    const options = { dataDir: ${JSON.stringify(dataDir)}, claim: ${JSON.stringify(claim)}, log };
    const { origin, connection } = await startEmbeddedPostgres(options);
    console.log(JSON.stringify({ origin, host: connection.host }));
    ${ending === "lives" ? "setInterval(() => {}, 1000);" : ""}`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child;
}

/** Waits until a process has PostgreSQL. */
export async function waitUntilServed(dataDir: string, child: ChildProcess): Promise<Served> {
  if (child.stdout === null) throw new Error("the child has no output");
  for await (const line of createInterface({ input: child.stdout })) {
    return { child, pid: await readPid(dataDir), ...(JSON.parse(line) as { origin: string; host: string }) };
  }
  throw new Error(`the child ended with ${child.exitCode ?? child.signalCode}`);
}

export async function serveInChild(dataDir: string, claim: Claim): Promise<Served> {
  return await waitUntilServed(dataDir, spawnServer(dataDir, claim));
}

export async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

/** The process id in postmaster.pid. */
export async function readPid(dataDir: string): Promise<number> {
  const file = await readPostmasterFile(join(dataDir, "postgres"));
  if (file === undefined) throw new Error("PostgreSQL does not run");
  return file.pid;
}

/** Runs a statement on a connection of its own. */
export async function query(connection: EmbeddedPostgres["connection"], text: string): Promise<unknown[]> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Resolves when a process has ended, whether or not its parent has noticed. */
export async function expectGone(pid: number): Promise<void> {
  await vi.waitFor(async () => expect(await readCommand(pid)).toBe(""), { timeout: 10_000, interval: 20 });
}

/** The processes whose command line names a directory. */
async function listProcessesOf(dir: string): Promise<number[]> {
  const found = await Promise.all((await listPids()).map(async (pid) => ({ pid, command: await readCommand(pid) })));
  return found.filter(({ command }) => command.includes(dir)).map(({ pid }) => pid);
}

async function listPids(): Promise<number[]> {
  const names =
    process.platform === "linux"
      ? await readdir("/proc")
      : (await promisify(execFile)("ps", ["-A", "-o", "pid="])).stdout.split("\n");
  return names.map(Number).filter((pid) => pid > 0 && pid !== process.pid);
}

async function killProcessesOf(dir: string): Promise<void> {
  const pids = await listProcessesOf(dir);
  for (const pid of pids) killIfThere(pid);
  for (const pid of pids) await expectGone(pid);
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!isErrno(error, "ESRCH")) throw error;
  }
}
