/** Peaks are the same however the sound was cut into pieces, and however long it is. */
import { expect, test } from "vitest";
import { PeakFolder } from "./fold-peaks.ts";

function fold(samples: number[], pieceBytes = 4096): number[] | null {
  const bytes = Buffer.from(Int16Array.from(samples).buffer);
  const folder = new PeakFolder();
  for (let at = 0; at < bytes.length; at += pieceBytes) folder.add(bytes.subarray(at, at + pieceBytes));
  expect(folder.samples).toBe(samples.length);
  return folder.toWaveform();
}

const ramp = (length: number) => Array.from({ length }, (_, n) => Math.round(((n + 1) / length) * 32_767));

test.each([64, 1000, 4096, 4097, 100_000, 2_000_000])("a ramp of %i samples is a ramp of 64 peaks", (length) => {
  const peaks = fold(ramp(length)) ?? [];
  expect(peaks).toHaveLength(64);
  for (const [n, peak] of peaks.entries()) expect(Math.abs(peak - ((n + 1) / 64) * 100)).toBeLessThan(2);
});

test("pieces may be cut anywhere, even through a sample", () => {
  for (const pieceBytes of [1, 3, 7, 4095]) expect(fold(ramp(5000), pieceBytes)).toEqual(fold(ramp(5000)));
});

test("quiet sound fills the height as loud sound does, and its lows count as its highs", () => {
  expect(fold(Array(640).fill(-100))).toEqual(Array(64).fill(100));
  expect(fold(Array(640).fill(-32_768))).toEqual(Array(64).fill(100));
});

test("silence is flat, even with the noise of a coder in it", () => {
  expect(fold(Array(640).fill(0))).toEqual(Array(64).fill(0));
  expect(fold(Array.from({ length: 640 }, (_, n) => (n % 3) - 1))).toEqual(Array(64).fill(0));
});

test("fewer samples than peaks are spread out, and none are no waveform", () => {
  expect(fold([32_767])).toEqual(Array(64).fill(100));
  expect(fold([])).toBeNull();
});
