/** Knows which requests have no answer yet, so that a server that stops can finish them. */
import type { RunOperation } from "./run-operation.ts";

export type Counted = { run: RunOperation; settled(): Promise<void> };

/** `settled` resolves when none of the requests that are running at that moment is any more. */
export function countRunning(run: RunOperation): Counted {
  const running = new Set<Promise<unknown>>();
  return {
    run(name, actor, raw) {
      const reply = run(name, actor, raw);
      running.add(reply);
      const forget = (): void => {
        running.delete(reply);
      };
      reply.then(forget, forget);
      return reply;
    },
    async settled() {
      await Promise.allSettled(running);
    },
  };
}
