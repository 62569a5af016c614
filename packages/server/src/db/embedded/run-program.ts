/** Runs one of PostgreSQL's programs to its end. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** A program as it has to be spawned. */
export type Launch = { command: string; args: string[]; uid?: number; gid?: number };

/** Nothing of the server's own environment: it holds secrets, and PG* and LC_* variables would change what happens. */
export const programEnvironment = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LC_ALL: "C",
  TZ: "UTC",
};

/**
 * Runs a program and waits for it.
 * @throws when it fails or takes longer than `timeoutMs` (it is then killed), with what it said.
 */
export async function runProgram(launch: Launch, { timeoutMs }: { timeoutMs: number }): Promise<void> {
  const { command, args, ...identity } = launch;
  try {
    await promisify(execFile)(command, args, {
      ...identity,
      cwd: "/",
      env: programEnvironment,
      timeout: timeoutMs,
      killSignal: "SIGKILL",
    });
  } catch (error) {
    throw new Error(describe(error, timeoutMs), { cause: error });
  }
}

function describe(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if ("killed" in error && error.killed === true) return `no answer within ${timeoutMs / 1000} s`;
  const said = "stderr" in error && typeof error.stderr === "string" ? error.stderr.trim() : "";
  return said === "" ? error.message : said;
}
