/** Whether the process has more to do than it can: what may be left out is left out then. */
import { monitorEventLoopDelay } from "node:perf_hooks";

export type Load = {
  isHigh(): boolean;
  /** Of so many open sockets, something waits for so many. */
  noteSockets(open: number, waiting: number): void;
  close(): void;
};

const lookEveryMs = 1_000;
const lateMs = 200;
const fewSockets = 20;

/** Looks once a second: the event loop was late by a fifth of a second, or one in four sockets is behind. */
export function createLoad(): Load {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  let isLate = false;
  let isBehind = false;
  const timer = setInterval(() => {
    isLate = delay.percentile(90) > lateMs * 1e6;
    delay.reset();
  }, lookEveryMs);
  timer.unref();
  return {
    isHigh: () => isLate || isBehind,
    noteSockets(open, waiting) {
      isBehind = waiting > fewSockets && waiting * 4 > open;
    },
    close() {
      clearInterval(timer);
      delay.disable();
    },
  };
}
