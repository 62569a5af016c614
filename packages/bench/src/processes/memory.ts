/** How much memory another process holds. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

/** The bytes of a process that are in memory (its resident set). */
export async function readResidentBytes(pid: number): Promise<number> {
  if (process.platform === "linux") return await readStatus(pid, "VmRSS");
  const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)]);
  return Number(stdout) * 1024;
}

/** The most that was ever resident of a process, as Linux remembers it; elsewhere what is now. */
export async function readPeakBytes(pid: number): Promise<number> {
  return process.platform === "linux" ? await readStatus(pid, "VmHWM") : await readResidentBytes(pid);
}

async function readStatus(pid: number, field: "VmRSS" | "VmHWM"): Promise<number> {
  const match = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(await readFile(`/proc/${pid}/status`, "utf8"));
  if (!match) throw new Error(`process ${pid} reports no ${field}`);
  return Number(match[1]) * 1024;
}
