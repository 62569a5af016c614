/** Asks the operating system what a process is. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { isErrno } from "./errno.ts";

/** The command line of a process, its words separated by spaces; empty when there is none or it has ended. */
export async function readCommand(pid: number): Promise<string> {
  if (!(pid > 0)) return "";
  return (process.platform === "linux" ? await readFromProc(pid) : await askPs(pid)).trim();
}

// One that has ended but was not waited for has an empty command line.
async function readFromProc(pid: number): Promise<string> {
  try {
    return (await readFile(`/proc/${pid}/cmdline`, "utf8")).replaceAll("\0", " ");
  } catch (error) {
    if (isErrno(error, "ENOENT", "ESRCH")) return "";
    throw error;
  }
}

async function askPs(pid: number): Promise<string> {
  try {
    return (await promisify(execFile)("ps", ["-ww", "-o", "command=", "-p", String(pid)])).stdout;
  } catch (error) {
    // ps fails when there is no such process.
    if (error instanceof Error && "code" in error && error.code === 1) return "";
    throw error;
  }
}
