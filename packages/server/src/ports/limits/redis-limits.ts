/** Limits counted in Redis, so that a caller has one allowance on all nodes; while Redis is away, each node counts alone. */
import type { Redis } from "ioredis";
import { RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import type { LimitedClass, Limits, Rates } from "./limits.ts";
import { createMemoryLimits, toRefusal } from "./memory-limits.ts";

/** @param onError told of the first of the calls that Redis fails to take, until it takes one again */
export function createRedisLimits(redis: Redis, rates: Rates, onError: (error: unknown) => void): Limits {
  const alone = createMemoryLimits(rates);
  const limiters = new Map<LimitedClass, RateLimiterRedis>();
  for (const limitClass of Object.keys(rates) as LimitedClass[]) {
    const limiter = createLimiter(redis, limitClass, rates[limitClass]);
    if (limiter) limiters.set(limitClass, limiter);
  }
  let isFailing = false;
  return {
    async take(limitClass, key) {
      const limiter = limiters.get(limitClass);
      if (!limiter) return;
      if (redis.status !== "ready") return alone.take(limitClass, key);
      try {
        await limiter.consume(key);
        isFailing = false;
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) throw toRefusal(refusal);
        if (!isFailing) onError(refusal);
        isFailing = true;
        await alone.take(limitClass, key);
      }
    },
  };
}

function createLimiter(
  redis: Redis,
  limitClass: LimitedClass,
  rate: Rates[LimitedClass],
): RateLimiterRedis | undefined {
  if (!rate) return undefined;
  const { points, seconds: duration } = rate;
  return new RateLimiterRedis({
    storeClient: redis,
    keyPrefix: `pipit:limit:${limitClass}`,
    points,
    duration,
    // Who has used up the allowance is refused without asking Redis. Not so addresses, of which one attacker may have very
    // many: what is kept of those who are refused is looked through with each new one.
    inMemoryBlockOnConsumed: limitClass === "failure" ? 0 : points,
  });
}
