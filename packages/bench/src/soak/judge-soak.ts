/** Says whether a long run's figures stayed as they were: its second third is held against its last. */
import type { SoakSample } from "./soak-sample.ts";

const megabyte = 2 ** 20;

/** What forced collections left of the heap, in order: at the start, and at the end of each third. */
export type HeapReadings = readonly number[];

export type Judged = { figure: string; second_third: number; last_third: number; bound: number; is_flat: boolean };

/**
 * The first third fills caches and pools, and is not looked at. Medians, for one busy moment of the machine is no trend.
 * Latency may differ by half and some milliseconds: what else runs on the machine moves it more than it moves memory.
 */
export function judgeSoak(samples: readonly SoakSample[], heap: HeapReadings, walLimitBytes: number): Judged[] {
  const third = Math.floor(samples.length / 3);
  const [second, last] = [samples.slice(third, 2 * third), samples.slice(2 * third)];
  const compare = (figure: string, read: (sample: SoakSample) => number, factor: number, margin: number): Judged => {
    const [before, after] = [median(second.map(read)), median(last.map(read))];
    const bound = before * factor + margin;
    return { figure, second_third: before, last_third: after, bound, is_flat: after <= bound };
  };
  const [heapBefore = 0, heapAfter = 0] = heap.slice(-2);
  const heapBound = heapBefore * 1.1 + 4 * megabyte;
  const wal = Math.max(...samples.map((sample) => sample.wal_bytes));
  // PostgreSQL keeps to its limit softly: a checkpoint takes its time.
  const walBound = walLimitBytes * 1.25;
  return [
    compare("resident_bytes", (sample) => sample.resident_bytes, 1.1, 0),
    {
      figure: "heap_bytes after a collection",
      second_third: heapBefore,
      last_third: heapAfter,
      bound: heapBound,
      is_flat: heapAfter <= heapBound,
    },
    compare("open_handles", (sample) => sample.open_handles, 1, 10),
    compare("ack p50, ms", (sample) => sample.ack_ms.p50, 1.5, 2),
    compare("ack p99, ms", (sample) => sample.ack_ms.p99, 1.5, 10),
    compare("delivery p50, ms", (sample) => sample.delivery_ms.p50, 1.5, 2),
    compare("delivery p99, ms", (sample) => sample.delivery_ms.p99, 1.5, 10),
    { figure: "wal_bytes at most", second_third: wal, last_third: wal, bound: walBound, is_flat: wal <= walBound },
  ];
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
