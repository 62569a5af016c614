/** What a run has opened is closed when it ends, however it ends: done, failed or interrupted. */

export type Scope = {
  /** Has `close` run when the scope ends; what was opened last is closed first. */
  defer(close: () => Promise<void> | void): void;
};

/** The run was ended by a signal. `exitCode` is what a shell expects then. */
export class Interrupted extends Error {
  readonly exitCode: number;
  constructor(signal: "SIGINT" | "SIGTERM") {
    super(`interrupted by ${signal}`);
    this.exitCode = signal === "SIGINT" ? 130 : 143;
  }
}

/**
 * Runs `work` and then closes what it deferred, even when closing some of it fails.
 * @throws {Interrupted} on SIGINT or SIGTERM, after closing.
 */
export async function withScope<T>(work: (scope: Scope) => Promise<T>): Promise<T> {
  const closers: (() => Promise<void> | void)[] = [];
  const interruption = awaitSignal();
  let isOver = false;
  function defer(close: () => Promise<void> | void): void {
    closers.push(close);
    // Interrupted work goes on until its next step; what it opens by then is closed at once.
    if (isOver) closeAll(closers).catch((error: unknown) => console.error(error));
    if (isOver) throw new Error("the run is over");
  }
  const run = work({ defer });
  // After an interruption the work fails because its processes are gone; that is not news.
  run.catch(() => undefined);
  try {
    return await Promise.race([run, interruption.promise]);
  } finally {
    await closeAll(closers);
    isOver = true;
    interruption.forget();
  }
}

async function closeAll(closers: (() => Promise<void> | void)[]): Promise<void> {
  const failures: unknown[] = [];
  for (let close = closers.pop(); close; close = closers.pop()) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, "cleaning up failed");
}

// The handlers stay until everything is closed: a second Ctrl-C must not leave processes behind.
function awaitSignal(): { promise: Promise<never>; forget(): void } {
  const { promise, reject } = Promise.withResolvers<never>();
  const onInterrupt = () => reject(new Interrupted("SIGINT"));
  const onTerminate = () => reject(new Interrupted("SIGTERM"));
  process.on("SIGINT", onInterrupt);
  process.on("SIGTERM", onTerminate);
  promise.catch(() => undefined);
  function forget(): void {
    process.off("SIGINT", onInterrupt);
    process.off("SIGTERM", onTerminate);
  }
  return { promise, forget };
}
