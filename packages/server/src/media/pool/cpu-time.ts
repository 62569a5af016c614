/** Asks the kernel how much time of the processor a process has used. */
import { existsSync } from "node:fs";
import { listChildren, readProc } from "./read-memory.ts";

// The kernel tells times in hundredths of a second to every program, on every processor that Node runs on.
const msPerTick = 10;

/** Whether this system tells what time of the processor a process has used. */
export function isCpuTimeTold(): boolean {
  return existsSync("/proc/self/stat");
}

/**
 * Milliseconds that a process has used so far, in user code and in the kernel, with the programs that it has started, live
 * or ended; undefined when it has ended itself, and on systems without /proc.
 */
export async function measureCpuTime(pid: number): Promise<number | undefined> {
  // In this order: what ends meanwhile is missing for once, which the next look mends. It must not be counted twice.
  const own = await readCpuTime(pid);
  if (own === undefined) return undefined;
  const others = await Promise.all((await listChildren(pid)).map(measureCpuTime));
  return others.reduce<number>((sum, ms) => sum + (ms ?? 0), own);
}

/** Its own time, and that of its children which have ended. */
async function readCpuTime(pid: number): Promise<number | undefined> {
  const stat = await readProc(`${pid}/stat`);
  if (stat === "") return undefined;
  // The name comes second, in brackets, and may hold anything. After it: state, and so on up to the four times.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * msPerTick, 0);
}
