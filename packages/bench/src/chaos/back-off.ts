/** How long to wait before trying again, as the SDK does, but never for so long. */
import type { Random } from "../random.ts";

const firstMs = 500;
const maxMs = 5_000;

/** @param attempt how often it has failed, from 1 */
export function backOff(attempt: number, random: Random): number {
  const full = Math.min(maxMs, firstMs * 2 ** Math.min(attempt - 1, 16));
  return full * (0.5 + random.next() / 2);
}
