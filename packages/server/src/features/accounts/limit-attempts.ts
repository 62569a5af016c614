/** Slows down guessing: so many wrong passwords an account, wherever they come from. */
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { AppError } from "../../app-error.ts";

const wrongAttempts = 10;
const windowSeconds = 15 * 60;

/**
 * Runs an attempt to sign in to an account, unless too many have failed.
 * @throws {AppError} `rate_limited`, whether or not the password of the attempt is right; or what the attempt threw
 */
export type LimitAttempts = <Result>(account: string, attempt: () => Promise<Result>) => Promise<Result>;

export function createAttemptLimit(): LimitAttempts {
  const limiter = new RateLimiterMemory({ points: wrongAttempts, duration: windowSeconds });
  return async (account, attempt) => {
    // Counted before it is known to be wrong, or attempts made at once would all pass.
    await consume(limiter, account);
    try {
      const result = await attempt();
      await limiter.reward(account);
      return result;
    } catch (error) {
      const isWrong = error instanceof AppError && error.code === "unauthenticated";
      if (!isWrong) await limiter.reward(account);
      throw error;
    }
  };
}

async function consume(limiter: RateLimiterMemory, account: string): Promise<void> {
  try {
    await limiter.consume(account);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    throw new AppError("rate_limited", {
      message: "Too many wrong passwords; please wait.",
      retryAfterSeconds: Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)),
    });
  }
}
