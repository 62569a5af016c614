/** The PostgreSQL that a server started and, when it was killed, left behind. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { waitUntil } from "./wait-until.ts";

const stopTimeoutMs = 15_000;

/** What PostgreSQL writes about itself (pidfile.h): its process, its port and the folder of its socket. */
export type Postmaster = { pid: number; port: number; socketFolder: string };

/** The PostgreSQL that runs on a server's data folder, if one does. */
export async function findPostmaster(dataDir: string): Promise<Postmaster | undefined> {
  const folder = join(dataDir, "postgres");
  const lines = await readLines(join(folder, "postmaster.pid"));
  const [pid, ownFolder, , port, socketFolder] = lines;
  if (!pid || ownFolder !== folder || !(await isPostgres(Number(pid)))) return undefined;
  return { pid: Number(pid), port: Number(port), socketFolder: socketFolder ?? "" };
}

/** The address by which another server reaches it: it listens on a socket in the file system only. */
export async function readDatabaseUrl(dataDir: string): Promise<string> {
  const postmaster = await findPostmaster(dataDir);
  if (!postmaster) throw new Error(`no PostgreSQL runs on ${dataDir}`);
  const [password = ""] = await readLines(join(dataDir, "postgres-password"));
  const socket = `host=${encodeURIComponent(postmaster.socketFolder)}&port=${postmaster.port}`;
  return `postgresql://pipit:${encodeURIComponent(password)}@localhost/pipit?${socket}`;
}

/** Whether PostgreSQL has found two transactions waiting for each other; its log says so at once. */
export async function hasDeadlocked(dataDir: string): Promise<boolean> {
  const lines = await readLines(join(dataDir, "postgres.log"));
  if (!lines.some((line) => line.includes("ready to accept connections"))) throw new Error("the log says nothing");
  return lines.some((line) => line.includes("deadlock detected"));
}

/** Kills it as a crash would: no checkpoint, its file of itself stays. False when none was running. */
export async function killPostmaster(dataDir: string): Promise<boolean> {
  return endPostmaster(dataDir, "SIGKILL");
}

/** Stops it in order, without waiting for its clients (a fast shutdown). False when none was running. */
export async function stopPostmaster(dataDir: string): Promise<boolean> {
  return endPostmaster(dataDir, "SIGINT");
}

async function endPostmaster(dataDir: string, signal: "SIGINT" | "SIGKILL"): Promise<boolean> {
  const postmaster = await findPostmaster(dataDir);
  if (!postmaster) return false;
  process.kill(postmaster.pid, signal);
  await waitUntil("the end of PostgreSQL", async () => !(await isPostgres(postmaster.pid)), {
    timeoutMs: stopTimeoutMs,
  });
  return true;
}

// A file left by a crash may name an id that belongs to something else by now, or to a process that is dead but not
// yet reaped: that one has no command line any more.
async function isPostgres(pid: number): Promise<boolean> {
  if (process.platform === "linux") return (await readLines(`/proc/${pid}/cmdline`)).join("").includes("postgres");
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
}

async function readLines(path: string): Promise<string[]> {
  try {
    return (await readFile(path, "utf8")).split("\n");
  } catch (error) {
    // A process may end between the opening of what tells of it and the reading.
    if (error instanceof Error && "code" in error && ["ENOENT", "ESRCH"].includes(String(error.code))) return [];
    throw error;
  }
}
