/** A real server in a mount namespace of its own, where a small disk is mounted that a test can fill. */
import { spawn, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findFreePort, waitUntilReady } from "./server-process.ts";
import { testAdminKey, testSecret } from "./test-server.ts";

const program = fileURLToPath(new URL("../../bin/pipit.js", import.meta.url));
const startWithinMs = 30_000;

// The small disk is seen by the server alone, and is gone with it.
const ways = [["--mount"], ["--user", "--map-root-user", "--mount"]];
const way = ways.find((options) => {
  const script = `mount -t tmpfs -o size=1m none ${tmpdir()}`;
  return spawnSync("/bin/sh", toUnshare([...options, "sh", "-c", script]), { timeout: 10_000 }).status === 0;
});

// Each program becomes the next, so that the process that was started is the server.
function toUnshare(args: string[]): string[] {
  return ["-c", 'exec unshare "$@"', "sh", ...args];
}

/** Whether this machine lets one mount a small disk; why not, for titles. */
export const canMount = way !== undefined;
export const whyNot = canMount ? "" : " (skipped: unshare may mount no tmpfs here)";

export type SmallDiskServer = {
  url: string;
  output(): string;
  /** Takes all of the disk's room; nothing is left of it after `free`. */
  fill(): Promise<void>;
  /** Takes all the files that the disk may have. */
  fillNames(): Promise<void>;
  free(): Promise<void>;
  /** The path of the disk, as seen from here. */
  disk: string;
  close(): Promise<void>;
};

export type SmallDisk = { mebibytes: number; files?: number };

/** @param toEnv the settings besides the defaults of tests, given where the disk is mounted in the server's view */
export async function startSmallDiskServer(
  { mebibytes, files = 10_000 }: SmallDisk,
  toEnv: (disk: string) => Record<string, string>,
): Promise<SmallDiskServer> {
  const folder = await mkdtemp(join(tmpdir(), "pipit-small-"));
  const mountPoint = join(folder, "disk");
  await mkdir(mountPoint);
  const port = await findFreePort();
  const mount = `mount -t tmpfs -o size=${mebibytes}m,nr_inodes=${files} none "$1" && exec "$2" "$3" start`;
  const args = [...(way ?? []), "sh", "-c", mount, "sh", mountPoint, process.execPath, program];
  const child = spawn("/bin/sh", toUnshare(args), {
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      HOST: "127.0.0.1",
      PIPIT_DATA_DIR: join(folder, "data"),
      PIPIT_JWT_SECRET: testSecret,
      PIPIT_ADMIN_KEY: testAdminKey,
      PIPIT_DRAIN: "0",
      PIPIT_RATE_LIMITS: "off",
      LOG_LEVEL: "warn",
      ...toEnv(mountPoint),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      output += chunk;
    });
  }
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  await waitUntilReady(url, child, startWithinMs, () => output);
  // The kernel shows the files of the namespace by the process that is in it.
  const disk = `/proc/${child.pid}/root${mountPoint}`;
  return {
    ...{ url, disk, output: () => output },
    fill: () => fillRoom(join(disk, "filler")),
    fillNames: () => fillNames(join(disk, "names")),
    async free() {
      await rm(join(disk, "filler"), { force: true });
      await rm(join(disk, "names"), { recursive: true, force: true });
    },
    async close() {
      child.kill("SIGKILL");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function fillRoom(path: string): Promise<void> {
  for (const size of [1024 * 1024, 64 * 1024, 4096]) {
    while (await tryAppend(path, size));
  }
}

async function fillNames(folder: string): Promise<void> {
  await mkdir(folder);
  for (let n = (await readdir(folder)).length; await tryAppend(join(folder, String(n)), 0); n += 1);
}

async function tryAppend(path: string, size: number): Promise<boolean> {
  try {
    await writeFile(path, Buffer.alloc(size), { flag: "a" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOSPC") return false;
    throw error;
  }
}
