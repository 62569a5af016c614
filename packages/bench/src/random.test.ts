import { expect, test } from "vitest";
import { createRandom } from "./random.ts";

function draw(seed: number, count: number): number[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => random.next());
}

test("the same seed gives the same numbers, another seed gives others", () => {
  expect(draw(7, 50)).toEqual(draw(7, 50));
  expect(draw(7, 50)).not.toEqual(draw(8, 50));
});

test("numbers are spread over [0, 1)", () => {
  const tenths = new Array<number>(10).fill(0);
  for (const value of draw(1, 10_000)) tenths[Math.floor(value * 10)] = (tenths[Math.floor(value * 10)] ?? 0) + 1;
  expect(tenths).toHaveLength(10);
  for (const count of tenths) expect(count).toBeGreaterThan(850);
});

test("between reaches both ends and nothing beyond", () => {
  const random = createRandom(3);
  const values = new Set(Array.from({ length: 500 }, () => random.between(2, 5)));
  expect([...values].sort()).toEqual([2, 3, 4, 5]);
});

test("picking from nothing is an error", () => {
  expect(() => createRandom(1).pick([])).toThrow(RangeError);
});
