/** Lets one request at a time work on a resumable upload. */
import { ERRORS, type Lock, type Locker, type RequestRelease } from "@tus/server";
import { AppError } from "../../../app-error.ts";

type Holder = { askToEnd: RequestRelease; ended: Promise<void>; end: () => void };

const longestWaitMs = 15_000;

/**
 * Locks of this process. Whoever wants a lock asks its holder to end: clients on bad networks come back while the server
 * still waits for their old connection. Waiting takes no processor time, unlike in the library's own memory locks.
 */
export class UploadLocks implements Locker {
  readonly #holders = new Map<string, Holder>();

  newLock(id: string): Lock {
    return {
      lock: (signal, askToEnd) => this.#take(id, signal, askToEnd),
      unlock: async () => this.#free(id),
    };
  }

  /** Runs `work` while nobody else works on the upload. @param askToEnd called when somebody else wants to */
  async hold<Value>(id: string, work: () => Promise<Value>, askToEnd: RequestRelease = () => {}): Promise<Value> {
    await this.#take(id, new AbortController().signal, askToEnd);
    try {
      return await work();
    } finally {
      this.#free(id);
    }
  }

  async #take(id: string, signal: AbortSignal, askToEnd: RequestRelease): Promise<void> {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(longestWaitMs)]);
    for (let holder = this.#holders.get(id); holder !== undefined; holder = this.#holders.get(id)) {
      await holder.askToEnd();
      await Promise.race([holder.ended, whenAborted(patience)]);
      if (patience.aborted) throw ERRORS.ERR_LOCK_TIMEOUT;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#holders.set(id, { askToEnd, ended: promise, end: resolve });
  }

  #free(id: string): void {
    const holder = this.#holders.get(id);
    this.#holders.delete(id);
    holder?.end();
  }
}

/** Holds a lock for a piece of work. @throws {AppError} `unavailable` when its holder does not end */
export async function holdOrFail<Value>(
  locks: UploadLocks,
  id: string,
  work: () => Promise<Value>,
  askToEnd?: RequestRelease,
): Promise<Value> {
  try {
    return await locks.hold(id, work, askToEnd);
  } catch (error) {
    // The library's own errors are none of JavaScript's.
    if (error instanceof Error) throw error;
    throw new AppError("unavailable", {
      message: "The upload is still being sent.",
      cause: error,
      retryAfterSeconds: 1,
    });
  }
}

function whenAborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  signal.addEventListener("abort", () => resolve(), { once: true });
  return promise;
}
