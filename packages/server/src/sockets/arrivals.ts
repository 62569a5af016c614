/**
 * Lets so many sockets arrive at a time, and so many stand in line (G11). Who comes beyond that is told when to come back:
 * each a little later than the one before, at the pace at which sockets are let in, so that a crowd that lost its server
 * returns as a stream.
 */
import { AppError } from "../app-error.ts";
import type { Gate } from "../gate.ts";

export type ArrivalsOptions = {
  atOnce: number;
  mostWaiting: number;
  /** A client gives up after ten seconds; who has stood in line for nearly as long is not worth the work any more. */
  longestWaitMs: number;
  /** Milliseconds, from whenever. */
  now?: () => number;
  random?: () => number;
};

type Waiting = { since: number; enter(): void; refuse(error: AppError): void };

/** What a node of two processors lets in a second, until it has been seen. */
const firstGuess = 200;
const longestSeconds = 30;

/** @throws {AppError} `unavailable` from the gate, with the seconds to stay away */
export function createArrivals(options: ArrivalsOptions): Gate {
  const { atOnce, mostWaiting, longestWaitMs, now = () => performance.now(), random = Math.random } = options;
  const line: Waiting[] = [];
  const pace = measurePace(now);
  let inside = 0;
  /** When the last of those who were sent away is to come back. */
  let lastReturn = 0;

  return async (work) => {
    if (inside < atOnce) inside += 1;
    else await stand();
    try {
      return await work();
    } finally {
      pace.note(line.length > 0);
      giveUpPlace();
    }
  };

  function stand(): Promise<void> {
    // No more than have a chance to be let in before they give up.
    const most = Math.min(mostWaiting, (pace.perSecond() * longestWaitMs) / 1000);
    if (line.length >= most) return Promise.reject(sendAway());
    return new Promise((enter, refuse) => line.push({ since: now(), enter, refuse }));
  }

  // Who waits takes the place that is given up, so that nobody slips in between.
  function giveUpPlace(): void {
    let next = line.shift();
    for (; next && now() - next.since > longestWaitMs; next = line.shift()) next.refuse(sendAway());
    if (next) next.enter();
    else inside -= 1;
  }

  function sendAway(): AppError {
    const each = 1000 / pace.perSecond();
    lastReturn = Math.max(lastReturn, now() + line.length * each) + each;
    const seconds = (lastReturn - now()) / 1000;
    // Whole seconds are told: rounded by chance, or all would come back on the second.
    const whole = Math.floor(Math.min(longestSeconds, seconds) * (0.75 + random() / 2) + random());
    const retryAfterSeconds = Math.max(1, Math.min(longestSeconds, whole));
    return new AppError("unavailable", { message: "Too many are coming at the moment.", retryAfterSeconds });
  }
}

/** How many are let in a second while others wait: what happens in quiet times says nothing of it. */
function measurePace(now: () => number) {
  let rate = firstGuess;
  let count = 0;
  let since: number | undefined;
  return {
    note(isBusy: boolean): void {
      if (!isBusy) {
        since = undefined;
        return;
      }
      if (since === undefined) [since, count] = [now(), 0];
      count += 1;
      const seconds = (now() - since) / 1000;
      if (seconds < 1) return;
      rate = Math.max(1, count / seconds);
      since = undefined;
    },
    perSecond: () => rate,
  };
}
