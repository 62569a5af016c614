/** Parts are as S3 takes them, whatever the size of the whole. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { listPartPlaces, toPartSize } from "./s3-limits.ts";

const mebibyte = 1024 * 1024;

it("there are at most 10,000 parts, of at least 8 MiB, which make up the whole", () => {
  fc.assert(
    fc.property(
      fc.maxSafeNat().map((size) => size % (5 * mebibyte * mebibyte)),
      (size) => {
        const parts = listPartPlaces(size);
        const partSize = toPartSize(size);
        expect(parts.length).toBeLessThanOrEqual(10_000);
        expect(partSize).toBeGreaterThanOrEqual(8 * mebibyte);
        expect(parts.at(-1)?.partNumber).toBe(parts.length);
        expect((parts.at(-1)?.start ?? 0) + (parts.at(-1)?.size ?? 0)).toBe(size);
        expect(parts.slice(0, -1).every((part) => part.size === partSize)).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
});

it("an empty upload has one part", () => {
  expect(listPartPlaces(0)).toEqual([{ partNumber: 1, start: 0, size: 0 }]);
  expect(listPartPlaces(8 * mebibyte)).toHaveLength(1);
  expect(listPartPlaces(8 * mebibyte + 1)).toHaveLength(2);
});
