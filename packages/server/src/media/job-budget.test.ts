/** A budget grows with the file, and never without end. */
import { expect, test } from "vitest";
import { makeBudget } from "./job-budget.ts";
import { defaultMediaLimits } from "./media-limits.ts";

const gigabyte = 1_000_000_000;

test.each([
  [0, 10_000, 30_000],
  [5_000_000, 10_000, 31_000],
  [gigabyte, 10_000, 230_000],
  [2 * gigabyte, 20_000, 430_000],
  [5 * gigabyte, 50_000, 600_000],
])("a file of %i bytes has %i ms of the processor, and %i ms in all", (size, cpuMs, wallMs) => {
  expect(makeBudget(defaultMediaLimits, size, true)).toEqual({ cpuMs, wallMs });
});

test.each([
  [0, 10_000],
  [gigabyte, 210_000],
  [5 * gigabyte, 600_000],
])("where the processor's time is not told, a file of %i bytes has %i ms", (size, wallMs) => {
  expect(makeBudget(defaultMediaLimits, size, false)).toEqual({ cpuMs: null, wallMs });
});
