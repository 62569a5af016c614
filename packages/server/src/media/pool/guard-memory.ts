/** Lets the kernel itself deny a worker memory, so that nothing depends on how often one looks. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { readMemory } from "./read-memory.ts";

/**
 * Bounds what a process that has just started may allocate from now on, by `RLIMIT_DATA`. (Not by the size of its address
 * space: V8 reserves far more of that than it uses.) Decoders then fail in good order, which is cheaper than a kill.
 * Where there is no /proc there is no such limit either: the time limit and V8's own remain.
 * @param prlimit the program of util-linux
 * @throws when the program fails
 */
export async function guardMemory(pid: number, memoryBytes: number, prlimit: string): Promise<void> {
  const memory = await readMemory(pid);
  if (memory === undefined) return;
  const allowed = memory.data + Math.max(0, memoryBytes - memory.resident);
  await promisify(execFile)(prlimit, ["--pid", String(pid), `--data=${allowed}`, "--core=0"], { timeout: 5000 });
}
