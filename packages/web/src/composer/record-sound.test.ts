import { expect, it } from "vitest";
import { toPeaks } from "./record-sound.ts";

it("draws as many peaks as asked for, of the loudest moments", () => {
  expect(toPeaks([])).toEqual([]);
  expect(toPeaks([0.5], 4)).toEqual([50, 50, 50, 50]);
  expect(toPeaks([0, 0.2, 1, 0.4], 2)).toEqual([20, 100]);
  expect(toPeaks(Array.from({ length: 640 }, (_, at) => at / 640))).toHaveLength(64);
});
