import { expect, test } from "vitest";
import { percentile, round, Samples } from "./statistics.ts";

test("percentiles are nearest ranks", () => {
  const sorted = Array.from({ length: 200 }, (_, index) => index + 1);
  expect(percentile(sorted, 50)).toBe(100);
  expect(percentile(sorted, 99)).toBe(198);
  expect(percentile(sorted, 100)).toBe(200);
  expect(percentile([5], 1)).toBe(5);
  expect(percentile([], 50)).toBe(0);
});

test("samples are summed up in whatever order they came, past the first capacity", () => {
  const samples = new Samples();
  for (let value = 10_000; value >= 1; value -= 1) samples.add(value);
  expect(samples.summarize()).toEqual({ count: 10_000, p50: 5000, p95: 9500, p99: 9900, max: 10_000 });
});

test("one outlier in a hundred shows in the maximum, not in p95", () => {
  const samples = new Samples();
  for (let index = 0; index < 99; index += 1) samples.add(1);
  samples.add(1000);
  expect(samples.summarize()).toMatchObject({ p95: 1, p99: 1, max: 1000 });
});

test("round keeps the digits asked for", () => {
  expect(round(1.23456, 2)).toBe(1.23);
});
