/** A full disk: PostgreSQL's data lies on a small file system in memory, which is filled up and cleared again. */
import { execFile } from "node:child_process";
import { mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Scope } from "../processes/scope.ts";
import { makeTempFolder } from "../processes/temp-folder.ts";
import { type Prepared, untilReady } from "./cluster.ts";
import { type Fault, waitSeconds } from "./fault.ts";

const run = promisify(execFile);
const size = "512m";
/** Large pieces first, and then as small ones as a file system gives out. */
const pieces = [4_194_304, 65_536, 4_096];

/** @throws {Error} for people, where file systems may not be mounted */
export async function prepareSmallDisk(scope: Scope): Promise<Prepared> {
  if (process.platform !== "linux" || process.getuid?.() !== 0) {
    throw new Error("A full disk needs a small file system of its own, which only root may mount, on Linux.");
  }
  const disk = join(await makeTempFolder(scope), "disk");
  await mkdir(disk);
  try {
    await run("mount", ["-t", "tmpfs", "-o", `size=${size},mode=0755`, "tmpfs", disk]);
  } catch (cause) {
    throw new Error("A full disk needs a small file system of its own, which may not be mounted here.", { cause });
  }
  // Whatever is still open in it goes with it.
  scope.defer(async () => void (await run("umount", ["--lazy", disk])));
  return { dataDir: join(disk, "database"), disk };
}

export const fillDisk: Fault = async (context) => {
  const { disk } = context.prepared;
  if (disk === undefined) throw new Error("this run has no disk to fill");
  const ballast = join(disk, "ballast");
  context.progress("the disk of PostgreSQL is full");
  try {
    await fill(ballast);
    await waitSeconds(context, 15);
  } finally {
    await rm(ballast);
  }
  context.progress("the disk has room again");
  await untilReady(context.cluster);
};

async function fill(path: string): Promise<void> {
  const file = await open(path, "w");
  try {
    for (const bytes of pieces) {
      const piece = Buffer.alloc(bytes);
      while (await writes(file.write(piece)));
    }
  } finally {
    await file.close();
  }
}

/** Whether there was room. */
async function writes(writing: Promise<unknown>): Promise<boolean> {
  try {
    await writing;
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOSPC") return false;
    throw error;
  }
}
