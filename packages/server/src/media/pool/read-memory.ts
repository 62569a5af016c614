/** Asks the kernel about a process: how much memory it uses, and what it has started. */
import { readFile } from "node:fs/promises";

/** In bytes: resident now, resident at most so far, and private writable memory, touched or not (`RLIMIT_DATA` counts it). */
export type Memory = { resident: number; peak: number; data: number };

/** The memory of a process; undefined when it has ended, and on systems without /proc. */
export async function readMemory(pid: number): Promise<Memory | undefined> {
  const status = await readProc(`${pid}/status`);
  const field = (name: string) => {
    const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  };
  const [resident, peak, data] = [field("VmRSS"), field("VmHWM"), field("VmData")];
  return resident === undefined || peak === undefined || data === undefined ? undefined : { resident, peak, data };
}

/** The processes that a process has started and that have not ended; none on systems without /proc. */
export async function listChildren(pid: number): Promise<number[]> {
  const children = await readProc(`${pid}/task/${pid}/children`);
  return children.split(" ").filter(Boolean).map(Number);
}

/** A file of the kernel's about processes, by its path below /proc; empty when its process has ended. */
export async function readProc(path: string): Promise<string> {
  // It fails in one way only that matters: there is no such process any more, or no /proc.
  return await readFile(`/proc/${path}`, "utf8").catch(() => "");
}
