/** Gates: how many work at a time, and how many wait. */
import { expect, it } from "vitest";
import { AppError } from "./app-error.ts";
import { createGate } from "./gate.ts";

it("[G11] lets so many in, in order, and refuses those beyond the line", async () => {
  const gate = createGate(2, 1);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const enter = (n: number) =>
    gate(() => {
      begun.push(n);
      return new Promise<void>((resolve) => ends.push(resolve));
    });
  const first = [enter(1), enter(2), enter(3)];
  expect(begun).toEqual([1, 2]);
  await expect(enter(4)).rejects.toThrow(AppError);
  ends[0]?.();
  await first[0];
  await expect.poll(() => begun).toEqual([1, 2, 3]);
  ends[1]?.();
  await expect.poll(() => ends.length).toBe(3);
  ends[2]?.();
  await Promise.all(first);
});

it("gives the place up when the work throws", async () => {
  const gate = createGate(1, 0);
  await expect(gate(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await gate(async () => "in")).toBe("in");
});
