/** Limits counted in this process keep the port's contract; and the rates that a configuration asks for. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { defaultConfig } from "../../config.ts";
import { describeLimits } from "./limits-contract.fixture.ts";
import { createMemoryLimits } from "./memory-limits.ts";
import { ratesOf } from "./rates-of.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describeLimits("one process", {
  create: createMemoryLimits,
  pass: async (seconds) => {
    await vi.advanceTimersByTimeAsync(seconds * 1000);
  },
});

describe("[G11] memory limits", () => {
  it("forget callers whose time is over", async () => {
    const limits = createMemoryLimits(ratesOf(defaultConfig()));
    for (let n = 0; n < 1_000; n += 1) await limits.take("failure", `address-${n}`);
    expect(vi.getTimerCount()).toBe(1_000);
    await vi.advanceTimersByTimeAsync(61_000);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("rates", () => {
  it("are those of the settings, class by class; all are off together", () => {
    const rateSend = { points: 7, seconds: 3 };
    expect(ratesOf(defaultConfig({ rateSend, rateRead: null }))).toMatchObject({ send: rateSend, read: null });
    const off = ratesOf(defaultConfig({ rateSend, rateLimits: false }));
    expect(new Set(Object.values(off))).toEqual(new Set([null]));
    expect(Object.keys(off).sort()).toEqual(["failure", "presence", "read", "receipt", "send", "service", "write"]);
  });
});
