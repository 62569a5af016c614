/** Watches what memory and time of the processor a worker uses while it works, together with the programs that it runs. */
import { measureCpuTime } from "./cpu-time.ts";
import { listChildren, readMemory } from "./read-memory.ts";

const lookEveryMs = 50;

/**
 * The most memory that was seen, what the worker has in the end, and the time of the processor since the watch began. 0
 * where the system doesn't tell.
 */
export type Costs = { peakBytes: number; residentBytes: number; cpuMs: number };

/** `cpuMs` is null where time is not watched. */
export type CostLimits = { memoryBytes: number; cpuMs: number | null };

export type CostWatch = { stop(): Promise<Costs> };

/**
 * Calls `onExceeded` when a process uses more than it may, from now on. The kernel remembers each process's peak of memory,
 * so that what comes and goes between two looks is seen as well.
 */
export async function watchCosts(
  pid: number,
  limits: CostLimits,
  onExceeded: (what: "memory" | "costly") => void,
): Promise<CostWatch> {
  const seen = { peakBytes: 0, cpuMs: 0 };
  const usedBefore = (await measureCpuTime(pid)) ?? 0;
  const look = async () => {
    seen.peakBytes = Math.max(seen.peakBytes, await measureMemory(pid));
    seen.cpuMs = Math.max(seen.cpuMs, ((await measureCpuTime(pid)) ?? 0) - usedBefore);
  };
  const judge = () => {
    if (seen.peakBytes > limits.memoryBytes) onExceeded("memory");
    else if (limits.cpuMs !== null && seen.cpuMs > limits.cpuMs) onExceeded("costly");
  };
  let looking: Promise<void> | undefined;
  const timer = setInterval(() => {
    looking ??= look().then(() => {
      looking = undefined;
      judge();
    });
  }, lookEveryMs);
  return {
    async stop() {
      clearInterval(timer);
      await looking;
      await look();
      return { ...seen, residentBytes: (await readMemory(pid))?.resident ?? 0 };
    },
  };
}

/** What is resident in all of them now, or was in one of them at its peak, whichever is more. */
async function measureMemory(pid: number): Promise<number> {
  const family = await Promise.all([pid, ...(await listChildren(pid))].map(readMemory));
  const known = family.filter((memory) => memory !== undefined);
  const together = known.reduce((sum, memory) => sum + memory.resident, 0);
  return Math.max(together, ...known.map((memory) => memory.peak));
}
