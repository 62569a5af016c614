/** Waits for a condition of another process, which can only be asked, not awaited. */
import { setTimeout as sleep } from "node:timers/promises";

/** Asks every `everyMs` until `probe` says yes. @throws {Error} naming `what` after `timeoutMs`. */
export async function waitUntil(
  what: string,
  probe: () => Promise<boolean> | boolean,
  { timeoutMs, everyMs = 25 }: { timeoutMs: number; everyMs?: number },
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await probe())) {
    if (performance.now() > deadline) throw new Error(`${what} took longer than ${timeoutMs} ms`);
    await sleep(everyMs);
  }
}
