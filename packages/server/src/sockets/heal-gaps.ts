/** What a node does that may have missed something: its sockets are looked at anew, and told to sync. */
import type { Services } from "../context.ts";
import type { Timers } from "../timers.ts";
import { recheckSockets } from "./recheck-sockets.ts";
import type { SocketServer } from "./socket-server.ts";

/** Gaps of several nodes, or connections, that come together are one. */
const gatherSeconds = 0.5;
const retrySeconds = 5;
/** While the bus is away, log-outs and removals on other nodes are found by looking. */
const lookSeconds = 10;
/** Sockets that are told at once, before others are served again. */
const toldAtOnce = 200;

/** Until the server closes. */
export function healGaps({ io, topics }: SocketServer, services: Services, timers: Timers): void {
  const { bus, log, presenceParts } = services;
  let isPlanned = false;
  let healing: Promise<void> = Promise.resolve();

  const plan = (seconds: number): void => {
    if (isPlanned) return;
    isPlanned = true;
    timers.after(seconds, () => {
      isPlanned = false;
      healing = healing.then(heal);
    });
  };

  async function heal(): Promise<void> {
    try {
      await recheckSockets(io, services, topics.settled);
    } catch (error) {
      log.warn({ err: error }, "sockets could not be looked at; it will be tried again");
      return plan(retrySeconds);
    }
    presenceParts.news.changedAll();
    await tellAll();
  }

  async function tellAll(): Promise<void> {
    let told = 0;
    for (const socket of [...io.sockets.sockets.values()]) {
      if (!socket.data.isLeaving) socket.emit("sync:required", { reason: "missed_events" });
      told += 1;
      if (told % toldAtOnce === 0) await new Promise<void>((resolve) => timers.after(0.1, resolve));
    }
  }

  async function look(): Promise<void> {
    try {
      await recheckSockets(io, services, topics.settled);
    } catch (error) {
      log.warn({ err: error }, "sockets could not be looked at");
    }
  }

  // The next one begins after the end of this one: however long they take, one is on its way at a time.
  const lookLater = (): void => {
    timers.after(lookSeconds, () => {
      if (topics.isClosed()) return;
      if (!bus.isThere()) healing = healing.then(look);
      void healing.then(lookLater);
    });
  };
  bus.onGap(() => plan(gatherSeconds));
  lookLater();
}
