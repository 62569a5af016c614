/** How much of the processor another process uses. */
import { readFile } from "node:fs/promises";

// What Linux counts in, whatever the kernel's own tick is (proc(5), sysconf(_SC_CLK_TCK)).
const ticksPerSecond = 100;

/** Seconds that all threads of a process have run, or undefined where the system does not tell. */
export async function readProcessorSeconds(pid: number): Promise<number | undefined> {
  if (process.platform !== "linux") return undefined;
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  // The second field is a name in parentheses, which may hold anything; utime and stime are the 14th and 15th.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
