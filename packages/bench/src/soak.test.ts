import { expect, test } from "vitest";
import { withScope } from "./processes/scope.ts";
import { freshSeed } from "./random.ts";
import { judgeSoak } from "./soak/judge-soak.ts";
import { renderSoak } from "./soak/render-soak.ts";
import { runSoak } from "./soak/run-soak.ts";
import type { SoakSample } from "./soak/soak-sample.ts";

const latency = { count: 10, p50: 2, p95: 3, p99: 5, max: 9 };

function sample(change: Partial<SoakSample> = {}): SoakSample {
  return {
    at_s: 0,
    resident_bytes: 150e6,
    heap_used_bytes: 50e6,
    wal_bytes: 100e6,
    database_bytes: 1e6,
    live_tuples: 1,
    dead_tuples: 0,
    open_handles: 20,
    acked_per_s: 100,
    ack_ms: latency,
    delivery_ms: latency,
    ...change,
  };
}

test("a short soak samples what a long one does, and loses no message", async () => {
  const options = { seed: freshSeed(), minutes: 0.01, sampleSeconds: 0.3, pairs: 2, rate: 50, capacitySeconds: 1 };
  const result = await withScope((scope) => runSoak(scope, options, () => undefined));
  expect(result.checks).toEqual({ lost: 0, repeated: 0, unexpected: 0, refused: 0 });
  expect(result.samples).toHaveLength(3);
  expect(result.heap_after_collection).toHaveLength(4);
  for (const { wal_bytes: wal, resident_bytes: resident, open_handles: handles } of result.samples) {
    expect(Math.min(wal, resident, handles)).toBeGreaterThan(0);
  }
  expect(result.tables.some(({ table }) => table === "messages")).toBe(true);
  expect(renderSoak(result)).toContain("wal_bytes at most");
}, 120_000);

test("the last third is held against the second, and the first is not looked at", () => {
  const flat = judgeSoak([sample({ resident_bytes: 1 }), sample(), sample()], [1, 2, 2, 2], 1e9);
  expect(flat.every(({ is_flat: isFlat }) => isFlat)).toBe(true);
  const grown = judgeSoak(
    [sample(), sample(), sample({ resident_bytes: 200e6, wal_bytes: 2e9, ack_ms: { ...latency, p99: 90 } })],
    [50e6, 50e6, 50e6, 80e6],
    1e9,
  );
  expect(grown.filter(({ is_flat: isFlat }) => !isFlat).map(({ figure }) => figure)).toEqual([
    "resident_bytes",
    "heap_bytes after a collection",
    "ack p99, ms",
    "wal_bytes at most",
  ]);
});
