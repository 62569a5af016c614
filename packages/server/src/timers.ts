/** What is done after a while, in one place so that tests can let time pass. */

/** Calls `act` once so many seconds have passed. @returns a function that calls it off */
export type Timers = { after(seconds: number, act: () => void): () => void };

/** Timers of the process; they don't keep it alive. */
export const systemTimers: Timers = {
  after(seconds, act) {
    const timer = setTimeout(act, seconds * 1000);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
