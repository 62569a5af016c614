/** The files in which a running PostgreSQL says who and where it is: postmaster.pid, and one beside its socket. */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { isErrno } from "./errno.ts";
import { readCommand } from "./process-command.ts";

export type PostmasterFile = { pid: number; port: number; socketDir: string; status: string };

/** What postmaster.pid says, or undefined when there is none. Its later lines are empty while PostgreSQL starts. */
export async function readPostmasterFile(clusterDir: string): Promise<PostmasterFile | undefined> {
  const lines = await readLines(join(clusterDir, "postmaster.pid"));
  if (lines === undefined) return undefined;
  const [pid, , , port, socketDir, , , status] = lines;
  return { pid: Number(pid), port: Number(port), socketDir: socketDir ?? "", status: status ?? "" };
}

/**
 * Whether the process `pid` is the PostgreSQL of a cluster. After a restart of the machine or container the number in
 * postmaster.pid may be that of any program. The command line is asked because everyone may read it.
 */
export async function isPostmasterOf(clusterDir: string, pid: number): Promise<boolean> {
  return `${await readCommand(pid)} `.includes(`/postgres -D ${clusterDir} `);
}

/**
 * Removes those of the files that keep PostgreSQL from starting although it does not run: they are empty, or their process
 * number is another program's by now, or that of a process which has ended but was never waited for. A file whose process is
 * gone is left to PostgreSQL, which then also looks for orphans of that process.
 * Call it under the start lock, when no PostgreSQL runs.
 * @returns whether PostgreSQL had left a file, so was not shut down.
 */
export async function removeStaleFiles(clusterDir: string, socket: string): Promise<boolean> {
  const paths = [join(clusterDir, "postmaster.pid"), `${socket}.lock`];
  const found = await Promise.all(paths.map((path) => removeIfStale(clusterDir, path)));
  return found.includes(true);
}

async function removeIfStale(clusterDir: string, path: string): Promise<boolean> {
  const lines = await readLines(path);
  if (lines === undefined) return false;
  const pid = Number(lines[0]);
  const isBlocking = !(pid > 0) || (isTaken(pid) && !(await isPostmasterOf(clusterDir, pid)));
  if (isBlocking) await rm(path, { force: true });
  return true;
}

// The question that PostgreSQL asks.
function isTaken(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if (isErrno(error, "ESRCH")) return false;
    if (isErrno(error, "EPERM")) return true;
    throw error;
  }
}

async function readLines(path: string): Promise<string[] | undefined> {
  try {
    return (await readFile(path, "utf8")).split("\n").map((line) => line.trim());
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}
