/** A way to the server that can be cut, and what cuts it. */
import type { Random } from "../random.ts";
import type { DeviceLog } from "./device-log.ts";

export type Link = {
  /** Ends all connections with no goodbye, and refuses new ones until it is restored. */
  cut(): void;
  restore(): void;
  /** Ends it for good. */
  close(): void;
};

/** Milliseconds between cuts, and of a cut: on average. Each is drawn from half as much again around it. */
export type CutTimes = { everyMs: number; forMs: number };

/** Cuts a link again and again, from a random moment of the first `everyMs` on, until the function is called. */
export function startCutting(
  link: Link,
  log: Pick<DeviceLog, "noteCut" | "noteRestored">,
  times: CutTimes,
  random: Random,
): () => void {
  let timer = setTimeout(cut, random.next() * times.everyMs);
  function cut(): void {
    log.noteCut();
    link.cut();
    timer = setTimeout(restore, vary(times.forMs));
  }
  function restore(): void {
    log.noteRestored();
    link.restore();
    timer = setTimeout(cut, vary(times.everyMs));
  }
  const vary = (ms: number): number => ms * (0.75 + random.next() / 2);
  return () => {
    clearTimeout(timer);
    link.restore();
    log.noteRestored();
  };
}
