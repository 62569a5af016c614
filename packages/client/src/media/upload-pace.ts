/** When an upload may go on: not while it is paused, not too soon after a failure, and not after it was aborted. */
import { abortedError, type PipitError } from "../errors.ts";
import { sleep, toDelay } from "./sleep.ts";
import type { UploadParts } from "./upload-task.ts";

export type UploadPace = {
  isPaused(): boolean;
  isAborted(): boolean;
  pause(): void;
  resume(): void;
  abort(): void;
  /** Resolves when it may go on, with what ends it again. @throws {PipitError} `aborted` */
  ready(): Promise<AbortSignal>;
  /** Waits after a failure, the longer the more of them there were without a success. */
  backOff(failure: PipitError): Promise<void>;
  succeed(): void;
};

export function createUploadPace(parts: UploadParts): UploadPace {
  let sending = new AbortController();
  let isPaused = false;
  let isAborted = false;
  let failures = 0;
  let wake: (() => void) | undefined;
  return {
    isPaused: () => isPaused,
    isAborted: () => isAborted,
    succeed() {
      failures = 0;
    },
    pause() {
      isPaused = true;
      sending.abort();
    },
    resume() {
      isPaused = false;
      failures = 0;
      wake?.();
    },
    abort() {
      isAborted = true;
      sending.abort();
      wake?.();
    },
    async ready() {
      while (isPaused && !isAborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (isAborted) throw abortedError();
      if (sending.signal.aborted) sending = new AbortController();
      return sending.signal;
    },
    async backOff(failure) {
      failures += 1;
      if (isAborted) return;
      const waking = new AbortController();
      wake = () => {
        if (isAborted || failure.retryAfterMs === undefined) waking.abort();
      };
      await sleep(parts, toDelay(parts, failures, failure), waking.signal);
    },
  };
}
