/** How long a job that failed waits for its next attempt. */

const firstMs = 2_000;
const longestMs = 3_600_000;

/**
 * Twice as long after each attempt, up to an hour: twenty attempts take a working day. A random part of up to a half is
 * taken off, so that jobs that failed together don't come back together.
 * @param attempts made so far, from 1
 * @returns milliseconds
 */
export function retryDelay(attempts: number, random: () => number = Math.random): number {
  const full = Math.min(firstMs * 2 ** (attempts - 1), longestMs);
  return full * (1 - random() / 2);
}
