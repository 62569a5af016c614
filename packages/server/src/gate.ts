/** Lets so many in at a time, and so many wait (G11). */
import { AppError } from "./app-error.ts";

export type Gate = <Value>(work: () => Promise<Value>) => Promise<Value>;

/** @throws {AppError} `unavailable` from the gate, when too many wait already */
export function createGate(most: number, mostWaiting: number): Gate {
  let inside = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (inside >= most) await stand();
    else inside += 1;
    try {
      return await work();
    } finally {
      // Who waits takes the place that is given up, so that nobody slips in between.
      const next = waiting.shift();
      if (next) next();
      else inside -= 1;
    }
  };

  function stand(): Promise<void> {
    if (waiting.length >= mostWaiting) {
      throw new AppError("unavailable", { message: "Too much is being done at the moment.", retryAfterSeconds: 2 });
    }
    return new Promise((resolve) => waiting.push(resolve));
  }
}
