/** How much of the processor another process uses. */
import { readFile } from "node:fs/promises";

// What Linux counts in, whatever the kernel's own tick is (proc(5), sysconf(_SC_CLK_TCK)).
const ticksPerSecond = 100;

/** Seconds that all threads of a process have run, or undefined where the system does not tell. */
export async function readProcessorSeconds(pid: number): Promise<number | undefined> {
  return (await readTimes(pid))?.own;
}

/** The same, with that of its children that have ended. */
export async function readWithEndedChildren(pid: number): Promise<number | undefined> {
  const times = await readTimes(pid);
  return times && times.own + times.ended;
}

async function readTimes(pid: number): Promise<{ own: number; ended: number } | undefined> {
  if (process.platform !== "linux") return undefined;
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  // The second field is a name in parentheses, which may hold anything; utime and stime are the 14th and 15th, and the
  // same of children that were waited for the 16th and 17th.
  const [user, system, childUser, childSystem] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 15)
    .map(Number);
  const toSeconds = (...ticks: (number | undefined)[]): number =>
    ticks.reduce<number>((sum, one) => sum + (one ?? 0), 0) / ticksPerSecond;
  return { own: toSeconds(user, system), ended: toSeconds(childUser, childSystem) };
}
