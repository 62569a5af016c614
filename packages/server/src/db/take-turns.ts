/** Turns at something that only one may hold at a time. */

const last = new Map<string, Promise<unknown>>();

/**
 * Runs work after all that came for the same key before it. Waiting here costs nothing; waiting for a lock of
 * PostgreSQL's would cost a connection each.
 */
export async function takeTurn<Value>(key: string, work: () => Promise<Value>): Promise<Value> {
  const before = last.get(key);
  const turn = (before ?? Promise.resolve()).then(work, work);
  last.set(key, turn);
  try {
    return await turn;
  } finally {
    if (last.get(key) === turn) last.delete(key);
  }
}
