/** What a job has spent of its budget, for the worker to stop in time by itself. */
import type { Budget } from "../job-budget.ts";
import { measureCpuTime } from "../pool/cpu-time.ts";

// The rest is for saying what we have before we are killed.
const usableShare = 0.85;

export type Spending = {
  /** Whether the file has cost what a file may cost: time of the processor or, where that is not told, time. */
  isSpent: () => Promise<boolean>;
  /** The same, or the server will soon lose its patience: what one can do without is then left out. */
  isTimeUp: () => Promise<boolean>;
};

/** Counts from now on what this process uses, with the programs that it runs. */
export async function beginSpending({ cpuMs, wallMs }: Budget): Promise<Spending> {
  const began = performance.now();
  const usedBefore = (await measureCpuTime(process.pid)) ?? 0;
  const isLate = () => performance.now() - began > wallMs * usableShare;
  const isSpent = async () => {
    if (cpuMs === null) return isLate();
    return ((await measureCpuTime(process.pid)) ?? 0) - usedBefore > cpuMs * usableShare;
  };
  return { isSpent, isTimeUp: async () => isLate() || (await isSpent()) };
}
