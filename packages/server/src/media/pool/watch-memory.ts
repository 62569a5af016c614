/** Watches how much memory a worker uses while it works, together with the programs that it runs. */
import { listChildren, readMemory } from "./read-memory.ts";

const lookEveryMs = 50;

/** In bytes: the most that was seen, and what the worker has in the end. 0 where the system doesn't tell. */
export type SeenMemory = { peak: number; resident: number };

export type MemoryWatch = { stop(): Promise<SeenMemory> };

/**
 * Calls `onExceeded` when a process uses more than `limit` bytes. The kernel remembers each process's peak, so that what
 * comes and goes between two looks is seen as well.
 */
export function watchMemory(pid: number, limit: number, onExceeded: () => void): MemoryWatch {
  let most = 0;
  let looking: Promise<void> | undefined;
  const look = async () => {
    most = Math.max(most, await measureFamily(pid));
    looking = undefined;
    if (most > limit) onExceeded();
  };
  const timer = setInterval(() => {
    looking ??= look();
  }, lookEveryMs);
  return {
    async stop() {
      clearInterval(timer);
      await looking;
      const { peak, resident } = (await readMemory(pid)) ?? { peak: 0, resident: 0 };
      return { peak: Math.max(most, peak), resident };
    },
  };
}

/** What is resident in all of them now, or was in one of them at its peak, whichever is more. */
async function measureFamily(pid: number): Promise<number> {
  const family = await Promise.all([pid, ...(await listChildren(pid))].map(readMemory));
  const known = family.filter((memory) => memory !== undefined);
  const together = known.reduce((sum, memory) => sum + memory.resident, 0);
  return Math.max(together, ...known.map((memory) => memory.peak));
}
