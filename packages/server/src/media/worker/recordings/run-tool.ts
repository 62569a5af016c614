/** Runs ffmpeg or ffprobe on a file of a stranger: no network, one demuxer, bounded in time, memory and output. */
import { spawn } from "node:child_process";

/**
 * `well`: it said that it succeeded; `badly`: that it did not, or it crashed; `unable`: it could not be started, which says
 * nothing of the file; the others: it was stopped by us.
 */
export type ToolEnd = "well" | "badly" | "unable" | "late" | "overfull";

type Limits = {
  memoryBytes: number;
  /** Asked again and again; when it says yes, the program is stopped. */
  isOver: () => Promise<boolean>;
};

const lookEveryMs = 100;

/** Somebody else ended a program: nothing is known of the file. */
export class KilledError extends Error {}

// The shell limits itself and becomes the program. Where its ulimit lacks an option, the server's own watch remains.
const limiter = 'ulimit -d "$0" 2>/dev/null; ulimit -c 0 2>/dev/null; exec "$@"';

// Signals by which an operator, or a system that is out of memory, ends a program.
const outerSignals: readonly (string | null)[] = ["SIGTERM", "SIGINT", "SIGHUP", "SIGKILL"];

/**
 * Runs a program, giving `consume` what it writes to standard output; when that answers false, the program is stopped.
 * @throws {KilledError} when it was stopped by somebody else
 * @throws when it can't be started
 */
export async function runTool(
  program: string,
  args: readonly string[],
  { memoryBytes, isOver }: Limits,
  consume: (chunk: Buffer) => boolean,
): Promise<ToolEnd> {
  const kilobytes = String(Math.floor(memoryBytes / 1024));
  const child = spawn("/bin/sh", ["-c", limiter, kilobytes, program, ...args], { stdio: ["ignore", "pipe", "ignore"] });
  let stopped: ToolEnd | undefined;
  const stop = (end: ToolEnd) => {
    stopped ??= end;
    child.kill("SIGKILL");
  };
  const timer = setInterval(() => void isOver().then((over) => over && stop("late")), lookEveryMs);
  child.stdout.on("data", (chunk: Buffer) => {
    if (stopped === undefined && !consume(chunk)) stop("overfull");
  });
  return await new Promise<ToolEnd>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (stopped === undefined && outerSignals.includes(signal)) {
        reject(new KilledError(`${program} was ended by ${signal}`));
      }
      resolve(stopped ?? toEnd(code));
    });
  }).finally(() => clearInterval(timer));
}

// 126 and 127 are what a shell, and the loader of libraries, say of a program that they can't run.
function toEnd(code: number | null): ToolEnd {
  if (code === 0) return "well";
  return code === 126 || code === 127 ? "unable" : "badly";
}

/** Runs a program and gathers what it writes, up to `maxBytes`. */
export async function gatherFromTool(
  program: string,
  args: readonly string[],
  limits: Limits & { maxBytes: number },
): Promise<{ end: ToolEnd; output: Buffer }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const end = await runTool(program, args, limits, (chunk) => {
    chunks.push(chunk);
    bytes += chunk.length;
    return bytes <= limits.maxBytes;
  });
  return { end, output: Buffer.concat(chunks) };
}
