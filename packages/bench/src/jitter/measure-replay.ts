/** Tells from a device's log what came, and how long it took to bring what it had missed. */
import type { DeviceLog } from "./device-log.ts";

/** A message of the steady sender, and when the server had acknowledged it. */
export type SentMessage = { sequence: number; ackedAt: number };

export type Measured = {
  expected: number;
  delivered: number;
  repeated: number;
  misplaced: number;
  repeatedOnWire: number;
  cuts: number;
  /** Messages that were acknowledged while the device was away, once for each time that it was. */
  missed: number;
  /** Milliseconds from being connected again to having all that was missed; one for each time that something was. */
  replays: number[];
  /** The same from the moment that the link could be used again: with the wait before the next try. */
  recoveries: number[];
};

type Log = Omit<DeviceLog, "noteArrival" | "noteConnect" | "noteCut" | "noteRestored">;

export function measureDevice(log: Log, sent: readonly SentMessage[]): Measured {
  const measured: Measured = {
    expected: sent.length,
    delivered: sent.filter((message) => log.arrivals.has(message.sequence)).length,
    repeated: log.repeated,
    misplaced: log.misplaced,
    repeatedOnWire: log.repeatedOnWire,
    cuts: log.cuts.length,
    missed: 0,
    replays: [],
    recoveries: [],
  };
  for (const connectedAt of log.connects.slice(1)) {
    const missed = sent.filter(({ sequence, ackedAt }) => {
      return ackedAt <= connectedAt && (log.arrivals.get(sequence) ?? Number.POSITIVE_INFINITY) > connectedAt;
    });
    if (missed.length === 0) continue;
    measured.missed += missed.length;
    const endedAt = findEnd(log, connectedAt, missed);
    // What never came is counted as lost, not as late.
    if (endedAt === undefined) continue;
    const restoredAt = log.restorations.findLast((at) => at <= connectedAt) ?? connectedAt;
    measured.replays.push(endedAt - connectedAt);
    measured.recoveries.push(endedAt - restoredAt);
  }
  return measured;
}

/** When the last of them was there; at the latest when the device was cut off again. */
function findEnd(log: Log, connectedAt: number, missed: readonly SentMessage[]): number | undefined {
  const lastAt = Math.max(...missed.map(({ sequence }) => log.arrivals.get(sequence) ?? Number.POSITIVE_INFINITY));
  const end = Math.min(lastAt, log.cuts.find((at) => at > connectedAt) ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(end) ? end : undefined;
}
