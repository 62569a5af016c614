/** Limits counted in Redis keep the port's contract, for all nodes together; and go on without Redis. */
import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { startTestRedis, type TestRedis } from "../../../test/setup/test-redis.ts";
import { createWatchedLog } from "../../../test/setup/watched-log.ts";
import { connectRedis } from "../redis/connect-redis.ts";
import type { Limits, Rates } from "./limits.ts";
import { describeLimits } from "./limits-contract.fixture.ts";
import { createRedisLimits } from "./redis-limits.ts";

let server: TestRedis;
let redis: Redis;
let other: Redis;
const log = createWatchedLog();
const errors: unknown[] = [];

beforeAll(async () => {
  server = await startTestRedis();
  redis = connectRedis(server.url, { log, name: "limits", patienceMs: 300 });
  other = connectRedis(server.url, { log, name: "limits of another node" });
});
afterAll(async () => {
  redis.disconnect();
  other.disconnect();
  await server.close();
});
beforeEach(async () => {
  // The clock alone: it is looked at for those who are refused without asking Redis.
  vi.useFakeTimers({ toFake: ["Date"] });
  await untilBack();
  await redis.flushall();
  errors.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

const create = (rates: Rates): Limits => createRedisLimits(redis, rates, (error) => errors.push(error));

async function untilBack(): Promise<void> {
  await expect.poll(() => [redis.status, other.status]).toEqual(["ready", "ready"]);
}

/** Takes so many seconds from the time that Redis' keys have yet to live. */
async function pass(seconds: number): Promise<void> {
  vi.setSystemTime(Date.now() + seconds * 1000);
  for (const key of await redis.keys("pipit:limit:*")) {
    await redis.pexpire(key, Math.max(0, Math.round((await redis.pttl(key)) - seconds * 1000)));
  }
}

describeLimits("a Redis", { create, pass });

describe("[G11] limits of several nodes", () => {
  const rate = { points: 4, seconds: 10 };
  const none = { read: null, write: null, receipt: null, presence: null, service: null, failure: null };
  const rates: Rates = { ...none, send: rate, failure: rate };
  const takeMany = async (nodes: Limits[], calls: number): Promise<number> => {
    const taken = nodes.flatMap((node) => Array.from({ length: calls }, () => node.take("send", "t/ada")));
    return (await Promise.allSettled(taken)).filter(({ status }) => status === "fulfilled").length;
  };

  it("are one allowance, on whatever node it is used", async () => {
    const there = createRedisLimits(other, rates, (error) => errors.push(error));
    expect(await takeMany([create(rates), there], 10)).toBe(4);
    await expect(there.take("send", "t/ada")).rejects.toMatchObject({ code: "rate_limited" });
    await pass(10);
    expect(await takeMany([there], 10)).toBe(4);
  });

  it("ask Redis no more about a user who has used it up, and keep nothing for ever", async () => {
    const limits = create(rates);
    expect(await takeMany([limits], 4)).toBe(4);
    const calls = vi.spyOn(redis, "sendCommand");
    expect(await takeMany([limits], 10)).toBe(0);
    expect(calls).not.toHaveBeenCalled();
    calls.mockRestore();
    expect(await redis.pttl("pipit:limit:send:t/ada")).toBeGreaterThan(0);
  });

  it("are each node's own while Redis is away, and one again after", async () => {
    const limits = create(rates);
    const there = createRedisLimits(other, rates, (error) => errors.push(error));
    await server.stop();
    expect(await takeMany([limits, there], 10)).toBe(8);
    await server.restart();
    await untilBack();
    expect(await takeMany([limits, there], 10)).toBe(4);
  });

  it("wait for a Redis that is silent as long as for any call of it, and no longer", async () => {
    const limits = create(rates);
    server.pause();
    expect(await takeMany([limits], 10)).toBe(4);
    server.resume();
    expect(errors).toHaveLength(1);
  });
});
