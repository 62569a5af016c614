/** Work of which only so much is done at once. */

/** Runs it when its turn comes. What was given up before is not begun. */
export type InTurn = <Value>(work: () => Promise<Value>, signal: AbortSignal) => Promise<Value>;

export function createInTurn(most: number): InTurn {
  const waiting: (() => void)[] = [];
  let running = 0;
  const next = (): void => {
    while (running < most) {
      const begin = waiting.shift();
      if (!begin) return;
      begin();
    }
  };
  return (work, signal) =>
    new Promise((resolve, reject) => {
      const begin = (): void => {
        if (signal.aborted) return;
        running += 1;
        work()
          .then(resolve, reject)
          .finally(() => {
            running -= 1;
            next();
          });
      };
      const giveUp = (): void => {
        const place = waiting.indexOf(begin);
        if (place >= 0) waiting.splice(place, 1);
        reject(signal.reason);
      };
      if (signal.aborted) return giveUp();
      signal.addEventListener("abort", giveUp, { once: true });
      waiting.push(begin);
      next();
    });
}
