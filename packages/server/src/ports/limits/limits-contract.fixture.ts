/** What every adapter of the port `Limits` must do (limits.ts). */
import { describe, expect, it } from "vitest";
import { AppError } from "../../app-error.ts";
import type { LimitedClass, Limits, Rates } from "./limits.ts";

export type LimitsAdapter = {
  create(rates: Rates): Limits;
  /** Lets so many seconds pass for the adapter. */
  pass(seconds: number): Promise<void>;
};

/** Runs the contract on an adapter. */
export function describeLimits(name: string, adapter: LimitsAdapter): void {
  describe(`[G11] limits of ${name}`, () => {
    for (const [title, check] of Object.entries(rules)) it(title, () => check(adapter));
  });
}

const none: Rates = {
  read: null,
  write: null,
  send: null,
  receipt: null,
  presence: null,
  service: null,
  failure: null,
};
const once = { points: 1, seconds: 10 };
const twice = { points: 2, seconds: 10 };

/** How many of so many calls at once are let through. */
async function countTaken(limits: Limits, limitClass: LimitedClass, key: string, calls: number): Promise<number> {
  const results = await Promise.allSettled(Array.from({ length: calls }, () => limits.take(limitClass, key)));
  for (const result of results) if (result.status === "rejected") expect(result.reason).toBeInstanceOf(AppError);
  return results.filter((result) => result.status === "fulfilled").length;
}

/** The seconds to wait that a refusal tells. */
async function refusedFor(limits: Limits, limitClass: LimitedClass, key: string): Promise<number> {
  const error: unknown = await limits.take(limitClass, key).catch((reason: unknown) => reason);
  if (!(error instanceof AppError)) throw new Error(`was not refused: ${String(error)}`);
  expect(error.code).toBe("rate_limited");
  return error.retryAfterSeconds ?? Number.NaN;
}

const rules: Record<string, (adapter: LimitsAdapter) => Promise<void>> = {
  "let through as many calls as the rate says, in turn or at once, and no more": async ({ create }) => {
    const limits = create({ ...none, send: { points: 3, seconds: 10 } });
    for (let call = 0; call < 3; call += 1) await limits.take("send", "t/ada");
    expect(await countTaken(limits, "send", "t/ada", 1)).toBe(0);
    expect(await countTaken(limits, "send", "t/bob", 10)).toBe(3);
  },

  "say how long to wait: whole seconds, at least one, at most the rate's": async ({ create, pass }) => {
    const limits = create({ ...none, send: once });
    await limits.take("send", "t/ada");
    await pass(4);
    expect([5, 6, 7]).toContain(await refusedFor(limits, "send", "t/ada"));
    await pass(5.9);
    expect(await refusedFor(limits, "send", "t/ada")).toBe(1);
  },

  "let through again who has waited as long as told, the whole allowance": async ({ create, pass }) => {
    const limits = create({ ...none, send: twice });
    for (let round = 0; round < 3; round += 1) {
      expect(await countTaken(limits, "send", "t/ada", 5)).toBe(2);
      await pass(0.5);
      await pass(await refusedFor(limits, "send", "t/ada"));
    }
  },

  "are not prolonged by calls that were refused": async ({ create, pass }) => {
    const limits = create({ ...none, send: once });
    await limits.take("send", "t/ada");
    for (let second = 1; second < 10; second += 1) {
      await pass(1);
      expect(await refusedFor(limits, "send", "t/ada")).toBeLessThanOrEqual(11 - second);
    }
    await pass(1);
    await limits.take("send", "t/ada");
  },

  "never count one caller's calls against another's": async ({ create }) => {
    const limits = create({ ...none, send: once });
    const keys = ["t/ada", "t/bob", "u/ada", "t/ada2", "t/", "/ada", "__proto__", "constructor"];
    for (const key of keys) await limits.take("send", key);
    for (const key of keys) expect(await countTaken(limits, "send", key, 1)).toBe(0);
  },

  "count each class apart": async ({ create }) => {
    const limits = create({ ...none, send: once, read: once, failure: once });
    for (const limitClass of ["send", "read", "failure"] as const) {
      expect(await countTaken(limits, limitClass, "t/ada", 2)).toBe(1);
    }
  },

  "let everything through where there is no rate": async ({ create }) => {
    expect(await countTaken(create({ ...none, send: once }), "read", "t/ada", 1_000)).toBe(1_000);
  },
};
