/** Watches how much memory a server and the workers that it starts use at most. */
import { readFile } from "node:fs/promises";
import type { Child } from "./child.ts";
import { readPeakBytes, readResidentBytes } from "./memory.ts";
import type { Scope } from "./scope.ts";

const lookEveryMs = 50;

/** Bytes: of the server itself, and of its workers together, 0 where the system does not list them. */
export type PeakMemory = { server: number; workers: number };

export type MemoryWatch = {
  /** The most that was seen up to now. */
  read(): Promise<PeakMemory>;
  stop(): Promise<PeakMemory>;
};

/**
 * Looks until it is stopped or the scope ends.
 * @param workerProgram a part of the command line that tells workers from other children, as PostgreSQL is one
 */
export function watchMemory(scope: Scope, server: Child, workerProgram: string): MemoryWatch {
  const most: PeakMemory = { server: 0, workers: 0 };
  let looking: Promise<void> | undefined;
  const look = async () => {
    const [ofServer, ofWorkers] = await Promise.all([readPeakBytes(server.pid), sumWorkers(server.pid, workerProgram)]);
    most.server = Math.max(most.server, ofServer);
    most.workers = Math.max(most.workers, ofWorkers);
  };
  let failure: unknown;
  const timer = setInterval(() => {
    looking ??= look()
      .catch((error: unknown) => {
        failure ??= error;
      })
      .finally(() => {
        looking = undefined;
      });
  }, lookEveryMs);
  scope.defer(() => clearInterval(timer));
  const read = async () => {
    await looking;
    // When the server has ended nobody asks; whoever waits for its answers hears of that.
    if (failure !== undefined) throw failure;
    await look();
    return { ...most };
  };
  return {
    read,
    async stop() {
      clearInterval(timer);
      return await read();
    },
  };
}

async function sumWorkers(pid: number, workerProgram: string): Promise<number> {
  if (process.platform !== "linux") return 0;
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).split(" ").filter(Boolean).map(Number);
  const sizes = await Promise.all(children.map((child) => sizeOfWorker(child, workerProgram)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function sizeOfWorker(pid: number, workerProgram: string): Promise<number> {
  try {
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8");
    return command.includes(workerProgram) ? await readResidentBytes(pid) : 0;
  } catch {
    // It has ended between one look and the next.
    return 0;
  }
}
