/** A round of load on one server: as much as it takes, or so many messages a second. */
import { setTimeout as sleep } from "node:timers/promises";
import { waitUntil } from "../processes/wait-until.ts";
import type { Ledger, RoundCounts } from "./ledger.ts";
import { bookDeliveries, type Line, sendMessage } from "./pairs.ts";

const settleTimeoutMs = 15_000;
const tickMs = 2;

export type RoundResult = RoundCounts & {
  ackedPerSecond: number;
  deliveredPerSecond: number;
  /** How busy the generator's own thread was, 0 to 1: close to 1, it is the generator that was measured. */
  generatorLoad: number;
};

export type RoundTimes = { warmupSeconds: number; seconds: number };

/** Keeps `inFlight` messages of each line unanswered at any moment. */
export async function saturate(
  lines: readonly Line[],
  ledger: Ledger,
  times: RoundTimes & { inFlight: number },
): Promise<RoundResult> {
  let isSending = true;
  bookDeliveries(lines, ledger);
  for (const line of lines) {
    const sendNext = () => {
      if (isSending) sendMessage(line, ledger, sendNext);
    };
    for (let slot = 0; slot < times.inFlight; slot += 1) sendNext();
  }
  return measure(ledger, times, () => {
    isSending = false;
  });
}

/** Sends `perSecond` messages a second over the lines in turn, whether or not earlier ones have been answered. */
export async function pace(
  lines: readonly Line[],
  ledger: Ledger,
  times: RoundTimes & { perSecond: number },
): Promise<RoundResult> {
  let sent = 0;
  bookDeliveries(lines, ledger);
  const startedAt = performance.now();
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * times.perSecond);
    for (; sent < due; sent += 1) {
      const line = lines[sent % lines.length];
      if (line) sendMessage(line, ledger);
    }
  }, tickMs);
  return measure(ledger, times, () => clearInterval(timer));
}

async function measure(ledger: Ledger, times: RoundTimes, stop: () => void): Promise<RoundResult> {
  await sleep(times.warmupSeconds * 1000);
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  ledger.isMeasuring = true;
  await sleep(times.seconds * 1000);
  ledger.isMeasuring = false;
  const cpu = process.cpuUsage(cpuBefore);
  const seconds = (performance.now() - startedAt) / 1000;
  stop();
  await settle(ledger);
  return {
    ...ledger.count(),
    ackedPerSecond: ledger.measured.acked / seconds,
    deliveredPerSecond: ledger.measured.delivered / seconds,
    generatorLoad: (cpu.user + cpu.system) / 1e6 / seconds,
  };
}

// What has not arrived by the end of the wait is counted as lost, not as an error of the run.
async function settle(ledger: Ledger): Promise<void> {
  const deadline = performance.now() + settleTimeoutMs;
  const isOver = () => ledger.isSettled() || performance.now() > deadline;
  await waitUntil("the last deliveries", isOver, { timeoutMs: settleTimeoutMs * 2 });
}
