/** What went wrong, and waiting until it is tried again. */
import { backOff } from "../connection/back-off.ts";
import { type PipitError, toPipitError } from "../errors.ts";
import type { UploadParts } from "./upload-task.ts";

/** What went wrong. A fault of ours would come again, and is not retried. */
export function toFailure(error: unknown): PipitError {
  return toPipitError(error, false);
}

/** Milliseconds until the next attempt: not before the server wants it. @param attempt how often it failed, from 1 */
export function toDelay({ random }: UploadParts, attempt: number, failure: PipitError): number {
  return (failure.retryAfterMs ?? 0) + backOff(attempt, random);
}

/** Resolves after a time, or as soon as the signal says so. */
export function sleep(parts: UploadParts, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      parts.clearTimeout(timer);
      signal?.removeEventListener("abort", wake);
      resolve();
    };
    const timer = parts.setTimeout(wake, ms);
    signal?.addEventListener("abort", wake);
    if (signal?.aborted) wake();
  });
}
