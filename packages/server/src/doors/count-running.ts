/** Knows how many requests have no answer yet, so that a server that stops can finish them. */
import { AppError } from "../app-error.ts";
import type { RunOperation } from "./run-operation.ts";

type Counted = { run: RunOperation; settled(): Promise<void> };

/** `settled` resolves as soon as no request is running; from when it is asked for, new ones are refused. */
export function countRunning(run: RunOperation): Counted {
  let running = 0;
  let isClosing = false;
  const waiting: (() => void)[] = [];
  return {
    async run(name, actor, raw) {
      if (isClosing) throw new AppError("unavailable", { message: "The server is stopping.", retryAfterSeconds: 1 });
      running += 1;
      try {
        return await run(name, actor, raw);
      } finally {
        running -= 1;
        if (running === 0) for (const resolve of waiting.splice(0)) resolve();
      }
    },
    settled() {
      isClosing = true;
      return running === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve));
    },
  };
}
