/** Turns at several things at once, on this node. */

export type Turns = <Value>(keys: readonly string[], work: () => Promise<Value>) => Promise<Value>;

/**
 * Runs work when all that came before it for any of its keys has ended. Those who wait are the jobs that this node runs
 * at a time, so there are few.
 */
export function createTurns(): Turns {
  const last = new Map<string, Promise<void>>();
  return async (keys, work) => {
    const before = keys.map((key) => last.get(key));
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    // All places are taken before anything is waited for: of two that share keys, one comes first for each of them.
    for (const key of keys) last.set(key, ended);
    try {
      await Promise.all(before);
      return await work();
    } finally {
      for (const key of keys) if (last.get(key) === ended) last.delete(key);
      resolve();
    }
  };
}
