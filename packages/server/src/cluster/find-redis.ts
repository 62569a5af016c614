/** Finds a redis-server that is new enough: the one on PATH, else one that is fetched from the system's packages. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { fetchRedis } from "./fetch-redis.ts";

const oldestMajor = 7;
const patienceMs = 10_000;
const run = promisify(execFile);

/**
 * The path of a redis-server of version 7 or newer. Safe to call from several processes at once.
 * @param searchPath as in PATH; without it, the process's own
 * @throws {Error} saying what to do, when there is none and none can be had
 */
export async function findRedis(searchPath?: string): Promise<string> {
  const installed = await findInstalled(searchPath);
  if (installed !== undefined && (await isNewEnough(installed))) return installed;
  try {
    const fetched = await fetchRedis();
    if (await isNewEnough(fetched)) return fetched;
  } catch (cause) {
    throw new Error(advice, { cause });
  }
  throw new Error(advice);
}

const advice = "Pipit needs redis-server 7 or newer for several nodes: apt-get install redis-server, or set REDIS_URL.";

async function findInstalled(searchPath: string | undefined): Promise<string | undefined> {
  const env = searchPath === undefined ? {} : { env: { PATH: searchPath } };
  try {
    const { stdout } = await run("/bin/sh", ["-c", "command -v redis-server"], env);
    return stdout.trim();
  } catch {
    // The shell says by its exit code that there is none.
    return undefined;
  }
}

/** @throws {Error} when the program does not run */
async function isNewEnough(program: string): Promise<boolean> {
  const { stdout } = await run(program, ["--version"], { timeout: patienceMs });
  return Number(/\bv=(\d+)\./.exec(stdout)?.[1] ?? 0) >= oldestMajor;
}
