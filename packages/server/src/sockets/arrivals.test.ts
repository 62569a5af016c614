/** Sockets that arrive together: how many are let in, and when the others are told to come back. */
import { expect, it } from "vitest";
import { AppError } from "../app-error.ts";
import { createArrivals } from "./arrivals.ts";

const seed = Math.floor(Math.random() * 2 ** 31);

function seeded(): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32;
  };
}

/** Arrivals whose work ends when it is told to, by a clock that is set. */
function createDoor(limits: { atOnce: number; mostWaiting: number }) {
  const clock = { ms: 0 };
  const arrivals = createArrivals({ ...limits, longestWaitMs: 6_000, now: () => clock.ms, random: seeded() });
  const inside: (() => void)[] = [];
  const come = (): Promise<string> =>
    arrivals(() => new Promise<string>((resolve) => inside.push(() => resolve("in"))));
  return { clock, inside, come };
}

const secondsOf = (error: unknown): number => (error instanceof AppError ? (error.retryAfterSeconds ?? 0) : 0);

it("[G11] lets so many in, in order, and the next when one is done", async () => {
  const { inside, come } = createDoor({ atOnce: 2, mostWaiting: 2 });
  const all = [come(), come(), come(), come()];
  expect(inside).toHaveLength(2);
  for (let number = 0; number < 4; number += 1) {
    await expect.poll(() => inside.length).toBeGreaterThan(number);
    inside[number]?.();
    expect(await all[number]).toBe("in");
  }
});

it(`[G11] sends away whoever finds the line full, spread over the time that it takes to let them in (seed ${seed})`, async () => {
  const { come } = createDoor({ atOnce: 1, mostWaiting: 1 });
  // They are never let in: what they are told is what counts.
  void come();
  void come();
  const refused = await Promise.allSettled(Array.from({ length: 4_000 }, come));
  const seconds = refused.map((outcome) => secondsOf(outcome.status === "rejected" ? outcome.reason : undefined));
  expect(Math.min(...seconds)).toBe(1);
  // Two hundred a second until it has seen how fast it is: the last of them are due after twenty seconds.
  expect(Math.max(...seconds)).toBeGreaterThanOrEqual(20);
  expect(Math.max(...seconds)).toBeLessThanOrEqual(30);
  for (let second = 2; second < 14; second += 1) {
    const due = seconds.filter((one) => one === second).length;
    expect(due, `due after ${second} s`).toBeGreaterThan(100);
    expect(due, `due after ${second} s`).toBeLessThan(320);
  }
});

it("[G11] does no work for whoever has stood in line too long, and gives their place to the next", async () => {
  const { clock, inside, come } = createDoor({ atOnce: 1, mostWaiting: 5 });
  const first = come();
  const late = come();
  clock.ms = 5_000;
  const patient = come();
  clock.ms = 7_000;
  inside[0]?.();
  expect(await first).toBe("in");
  await expect(late).rejects.toMatchObject({ code: "unavailable" });
  expect(inside).toHaveLength(2);
  inside[1]?.();
  expect(await patient).toBe("in");
});

it("gives the place up when the work throws", async () => {
  const arrivals = createArrivals({ atOnce: 1, mostWaiting: 0, longestWaitMs: 1 });
  await expect(arrivals(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await arrivals(async () => "in")).toBe("in");
});
