/** Doing something again that went wrong, a few times. */

import { sleep, toDelay, toFailure } from "./sleep.ts";
import type { UploadParts } from "./upload-task.ts";

/** @param signal ends the waiting in between. @throws {PipitError} what can't be retried, or the last failure */
export async function persist(
  parts: UploadParts,
  attempts: number,
  work: () => Promise<unknown>,
  signal?: AbortSignal,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      const failure = toFailure(error);
      if (!failure.retryable || attempt === attempts) throw failure;
      await sleep(parts, toDelay(parts, attempt, failure), signal);
    }
  }
}
