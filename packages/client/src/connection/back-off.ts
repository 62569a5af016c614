/** How long to wait before trying again. */

/**
 * Doubles from `firstMs` up to `maxMs`, and takes between half and all of that, so that many who lost the same server do
 * not come back together ("equal jitter"; Brooker, Exponential Backoff And Jitter, 2015).
 * @param attempt how often it has failed, from 1
 */
export function backOff(attempt: number, random: () => number, firstMs = 500, maxMs = 30_000): number {
  const full = Math.min(maxMs, firstMs * 2 ** Math.min(attempt - 1, 16));
  return full * (0.5 + random() / 2);
}
