/** When the talks of a room begin: in waking hours, one after the other, the last of them ending when it is to. */
import type { DemoRandom } from "./demo-random.ts";

export type Span = { from: Date; until: Date };

const dayMs = 86_400_000;
const wakingMs = 14 * 3_600_000;
const morningMs = 7.5 * 3_600_000;
const pauseMs = 240_000;

/** @param lengthsMs how long each talk takes. @returns when each begins, in order */
export function planTimes(random: DemoRandom, { from, until }: Span, lengthsMs: readonly number[]): Date[] {
  const midnight = new Date(from);
  midnight.setHours(0, 0, 0, 0);
  const days = Math.max(1, Math.round((until.getTime() - midnight.getTime()) / dayMs));
  let latest = until.getTime() + pauseMs;
  return lengthsMs
    .map((length, index) => {
      const part = (index + random.next() * 0.8) / lengthsMs.length;
      const day = Math.floor(part * days);
      const wanted = midnight.getTime() + day * dayMs + morningMs + (part * days - day) * wakingMs;
      return { length, wanted: index === lengthsMs.length - 1 ? Number.POSITIVE_INFINITY : wanted };
    })
    .reverse()
    .map(({ length, wanted }) => {
      latest = Math.min(wanted, latest - pauseMs - length);
      return new Date(latest);
    })
    .reverse();
}
