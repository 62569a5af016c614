/** Knows how many requests have no answer yet, so that a server that stops can finish them. */
import { AppError } from "../app-error.ts";
import type { RunOperation } from "./run-operation.ts";

type Counted = { run: RunOperation; settled(): Promise<void> };

/** `settled` resolves as soon as no request is running; from when it is asked for, new ones are refused. */
export function countRunning(run: RunOperation): Counted {
  let running = 0;
  let isClosing = false;
  const waiting: (() => void)[] = [];
  const forget = (): void => {
    running -= 1;
    if (running === 0) for (const resolve of waiting.splice(0)) resolve();
  };
  return {
    run(name, actor, raw) {
      if (isClosing) return Promise.reject(stopping());
      running += 1;
      const answer = run(name, actor, raw);
      answer.then(forget, forget);
      return answer;
    },
    settled() {
      isClosing = true;
      return running === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve));
    },
  };
}

function stopping(): AppError {
  return new AppError("unavailable", { message: "The server is stopping.", retryAfterSeconds: 1 });
}
