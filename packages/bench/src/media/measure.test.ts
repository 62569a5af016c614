import { expect, test } from "vitest";
import { measure } from "./measure.ts";

test("every turn is taken once, as many at a time as was asked for, and all that they did is counted", async () => {
  const turns: number[] = [];
  let running = 0;
  let most = 0;
  const startedAt = performance.now();
  const pace = await measure(process.pid, { turns: 10, atOnce: 3 }, async (turn) => {
    running += 1;
    most = Math.max(most, running);
    turns.push(turn);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    return 5;
  });
  const seconds = (performance.now() - startedAt) / 1000;
  expect(turns).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(most).toBe(3);
  // The time that was measured lies within the time that passed here.
  expect(pace.perSecond).toBeGreaterThanOrEqual(50 / seconds);
  expect(pace.clientLoad).toBeGreaterThanOrEqual(0);
  expect(pace.clientLoad).toBeLessThanOrEqual(1);
});
