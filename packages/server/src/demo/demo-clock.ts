/** A clock that is set by hand, and never back: what is said in the demo was said in the past. */
import type { Clock } from "../clock.ts";

export type DemoClock = Clock & {
  /** Moves on to a time; an earlier one than it shows changes nothing. */
  moveTo(time: Date): void;
};

export function createDemoClock(start: Date): DemoClock {
  let now = start.getTime();
  return {
    now: () => new Date(now),
    moveTo(time) {
      now = Math.max(now, time.getTime());
    },
  };
}
