/** How much memory another process holds. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

/** The bytes of a process that are in memory (its resident set). */
export async function readResidentBytes(pid: number): Promise<number> {
  if (process.platform === "linux") {
    const match = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, "utf8"));
    if (!match) throw new Error(`process ${pid} reports no resident set`);
    return Number(match[1]) * 1024;
  }
  const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)]);
  return Number(stdout) * 1024;
}
