/** What processors were used while something was measured, and what that says of where the limit is. */
import { cpus } from "node:os";
import { readDatabaseProcessorSeconds } from "../sync/database-processor.ts";
import { readProcessorSeconds } from "./processor-time.ts";

/** Seconds that a process, or several, have run up to now; undefined where the system does not tell. */
export type ReadSeconds = () => Promise<number | undefined>;

export type Usage = {
  seconds: number;
  /** Seconds of processors, by part. */
  used: Record<string, number | null>;
  /** How much of all processors was busy, with whatever else ran on the machine: 0 to 1. */
  machine: number;
};

const busy = 0.9;

export function ofProcess({ pid }: { pid: number }): ReadSeconds {
  return () => readProcessorSeconds(pid);
}

export function ofDatabase(dataDir: string): ReadSeconds {
  return () => readDatabaseProcessorSeconds(dataDir);
}

/** Runs `work` and says what was used meanwhile. */
export async function measureUsage<Value>(
  parts: Record<string, ReadSeconds>,
  work: () => Promise<Value>,
): Promise<{ value: Value; usage: Usage }> {
  const startedAt = performance.now();
  const before = await readAll(parts);
  const machineBefore = readMachine();
  const value = await work();
  const machineAfter = readMachine();
  const after = await readAll(parts);
  const names = Object.keys(parts);
  return {
    value,
    usage: {
      seconds: (performance.now() - startedAt) / 1000,
      used: Object.fromEntries(names.map((name) => [name, subtract(after[name], before[name])])),
      machine: (machineAfter.busy - machineBefore.busy) / Math.max(1, machineAfter.all - machineBefore.all),
    },
  };
}

/** The sum of several stretches. */
export function addUsages(usages: readonly Usage[]): Usage {
  const seconds = usages.reduce((sum, one) => sum + one.seconds, 0);
  const names = new Set(usages.flatMap(({ used }) => Object.keys(used)));
  const total = (name: string): number | null =>
    usages.reduce<number | null>((sum, { used }) => {
      const more = name in used ? (used[name] ?? null) : 0;
      return sum === null || more === null ? null : sum + more;
    }, 0);
  return {
    seconds,
    used: Object.fromEntries([...names].map((name) => [name, total(name)])),
    machine: usages.reduce((sum, one) => sum + one.machine * one.seconds, 0) / Math.max(seconds, 0.001),
  };
}

/** One sentence: which part was as busy as it can be. A Node process does its work in one thread. */
export function sayLimit({ seconds, used, machine }: Usage, processors = cpus().length): string {
  const shares = Object.entries(used).map(([name, own]) => [name, (own ?? 0) / Math.max(seconds, 0.001)] as const);
  const list = shares.map(([name, share]) => `${name} ${toPercent(share)} of one`).join(", ");
  const full = shares.filter(([name, share]) => name !== "database" && share >= busy).map(([name]) => name);
  if (machine >= busy) return `the machine: ${toPercent(machine)} of its ${processors} processors busy; ${list}`;
  if (full.length > 0) return `the one thread of ${full.join(" and of ")}; ${list}`;
  return `no processor: ${toPercent(machine)} of ${processors} busy; ${list}`;
}

function toPercent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

async function readAll(parts: Record<string, ReadSeconds>): Promise<Record<string, number | undefined>> {
  const entries = Object.entries(parts).map(async ([name, read]) => [name, await read()] as const);
  return Object.fromEntries(await Promise.all(entries));
}

function readMachine(): { busy: number; all: number } {
  let [busyMs, all] = [0, 0];
  for (const { times } of cpus()) {
    const working = times.user + times.nice + times.sys + times.irq;
    busyMs += working;
    all += working + times.idle;
  }
  return { busy: busyMs, all };
}

function subtract(after: number | undefined, before: number | undefined): number | null {
  return after === undefined || before === undefined ? null : after - before;
}
