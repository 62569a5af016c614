/** How often one may call. */

/** A class of calls that share a limit: those of the operations, and `failure` for bad credentials. */
export type LimitedClass = "read" | "write" | "send" | "receipt" | "presence" | "service" | "failure";

export interface Limits {
  /**
   * Takes one call of a class from a caller's allowance.
   * @param key who calls: one caller's calls never count against another's.
   * @throws {AppError} `rate_limited`, with the seconds to wait
   */
  take(limitClass: LimitedClass, key: string): Promise<void>;
}

type Rate = { points: number; seconds: number } | null;
export type Rates = Record<LimitedClass, Rate>;
