/** Time that passes only when the simulation lets it: for the clients and the server alike. */

type Due = { at: number; order: number; act: () => void };

export type VirtualClock = {
  now(): number;
  setTimeout(act: () => void, ms: number): object;
  clearTimeout(timer: unknown): void;
  /** When the next timer is due. */
  nextAt(): number | undefined;
  /** Moves to a moment and takes what is due by then, one after the other; `settle` runs after each. */
  passUntil(end: number, settle: () => Promise<void>): Promise<void>;
};

export function createVirtualClock(start: number): VirtualClock {
  let now = start;
  let count = 0;
  const waiting = new Set<Due>();
  const findNext = (): Due | undefined => {
    let next: Due | undefined;
    for (const due of waiting) {
      if (!next || due.at < next.at || (due.at === next.at && due.order < next.order)) next = due;
    }
    return next;
  };
  return {
    now: () => now,
    setTimeout(act, ms) {
      count += 1;
      const due = { at: now + Math.max(0, Math.ceil(ms)), order: count, act };
      waiting.add(due);
      return due;
    },
    clearTimeout(timer) {
      waiting.delete(timer as Due);
    },
    nextAt: () => findNext()?.at,
    async passUntil(end, settle) {
      for (let due = findNext(); due && due.at <= end; due = findNext()) {
        waiting.delete(due);
        now = Math.max(now, due.at);
        due.act();
        await settle();
      }
      now = Math.max(now, end);
    },
  };
}

/** Lets everything happen that waits for nothing from outside. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
