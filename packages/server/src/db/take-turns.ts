/** Turns at something that only one may hold at a time. */
import { AppError } from "../app-error.ts";

const maxWaiting = 200;
const maxWaitMs = 5_000;

type Line = { last: Promise<unknown>; waiting: number };

const lines = new Map<string, Line>();

/**
 * Runs work after all that came for the same key before it. Waiting here costs nothing; waiting for a lock of
 * PostgreSQL's would cost a connection each.
 * @throws {AppError} `unavailable` when too many wait already, or the wait was too long
 */
export async function takeTurn<Value>(key: string, work: () => Promise<Value>): Promise<Value> {
  const line = lines.get(key) ?? { last: Promise.resolve(), waiting: 0 };
  if (line.waiting >= maxWaiting) throw tooBusy();
  const since = performance.now();
  const begin = (): Promise<Value> => (performance.now() - since > maxWaitMs ? Promise.reject(tooBusy()) : work());
  const turn = line.last.then(begin, begin);
  lines.set(key, line);
  line.last = turn;
  line.waiting += 1;
  try {
    return await turn;
  } finally {
    line.waiting -= 1;
    if (line.waiting === 0) lines.delete(key);
  }
}

function tooBusy(): AppError {
  return new AppError("unavailable", { message: "The room is busy.", retryAfterSeconds: 1 });
}
