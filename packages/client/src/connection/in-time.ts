/** Work that ends in time, or when whoever asked for it gives it up. */
import type { Environment, Timer } from "../environment.ts";
import { abortedError, type PipitError, timeoutError } from "../errors.ts";

export type Limit = {
  /** Says when the work is to end: it has failed by then. */
  signal: AbortSignal;
  /** Ends it after so long, instead of what was allowed before. */
  allow(ms: number): void;
};

/**
 * Not by AbortSignal.any and .timeout: React Native has neither.
 * @param outer the caller's own signal
 * @param onTimeout told that it did not end in time
 * @throws {PipitError} `aborted`, `timeout`, or what the work throws
 */
export function inTime<Value>(
  env: Pick<Environment, "setTimeout" | "clearTimeout">,
  outer: AbortSignal | undefined,
  work: (limit: Limit) => Promise<Value>,
  onTimeout?: () => void,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const inner = new AbortController();
    let timer: Timer;
    const stop = (error: PipitError): void => {
      reject(error);
      inner.abort(error);
    };
    const giveUp = (): void => stop(abortedError(outer?.reason));
    if (outer?.aborted) {
      giveUp();
      return;
    }
    outer?.addEventListener("abort", giveUp);
    const allow = (ms: number): void => {
      env.clearTimeout(timer);
      timer = env.setTimeout(() => {
        stop(timeoutError());
        onTimeout?.();
      }, ms);
    };
    work({ signal: inner.signal, allow })
      .then(resolve, reject)
      .finally(() => {
        env.clearTimeout(timer);
        outer?.removeEventListener("abort", giveUp);
      });
  });
}
