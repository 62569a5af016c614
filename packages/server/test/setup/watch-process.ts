/** Looks at a server's process from outside: how much memory it takes, and what it has started. */
import { readFile } from "node:fs/promises";
import { listChildren, readMemory } from "../../src/media/pool/read-memory.ts";

export type MemoryGrowth = { stop(): Promise<number> };

const lookEveryMs = 100;

/** Watches what a process has resident. @returns a way to end it, which gives the most that was added, in bytes */
export async function watchGrowth(pid: number): Promise<MemoryGrowth> {
  const first = (await readMemory(pid))?.resident;
  if (first === undefined) throw new Error("the memory of a process can't be read here");
  let most = first;
  const look = async (): Promise<void> => {
    most = Math.max(most, (await readMemory(pid))?.resident ?? 0);
  };
  const timer = setInterval(() => void look(), lookEveryMs);
  return {
    async stop() {
      clearInterval(timer);
      await look();
      return most - first;
    },
  };
}

/** The names of the programs that a process has started, and of those that these have. */
export async function listPrograms(pid: number): Promise<string[]> {
  const children = await listChildren(pid);
  const below = await Promise.all(children.map(listPrograms));
  const names = await Promise.all(children.map(nameOf));
  return [...names, ...below.flat()].filter((name) => name !== "");
}

// One that has ended meanwhile has no name.
async function nameOf(pid: number): Promise<string> {
  return (await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "")).trim();
}
