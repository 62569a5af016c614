/** Limits counted in this process. */
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { AppError } from "../../app-error.ts";
import type { LimitedClass, Limits, Rates } from "./limits.ts";

export function createMemoryLimits(rates: Rates): Limits {
  const limiters = new Map<LimitedClass, RateLimiterMemory>();
  for (const limitClass of Object.keys(rates) as LimitedClass[]) {
    const rate = rates[limitClass];
    if (rate) limiters.set(limitClass, new RateLimiterMemory({ points: rate.points, duration: rate.seconds }));
  }
  return {
    async take(limitClass, key) {
      const limiter = limiters.get(limitClass);
      if (!limiter) return;
      try {
        await limiter.consume(key);
      } catch (refusal) {
        throw refusal instanceof RateLimiterRes ? toRefusal(refusal) : refusal;
      }
    },
  };
}

/** What a caller is told who has to wait. */
export function toRefusal({ msBeforeNext }: RateLimiterRes): AppError {
  return new AppError("rate_limited", {
    message: "Too many requests; please wait.",
    retryAfterSeconds: Math.max(1, Math.ceil(msBeforeNext / 1000)),
  });
}
