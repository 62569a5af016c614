/** What a cluster does when it is sent a signal. */
import { closeSync, openSync } from "node:fs";
import type { Log } from "../log.ts";
import type { RollingRestart } from "./rolling-restart.ts";

/** Beyond the time that nodes give their sockets. */
const patienceMs = 60_000;

type Parts = {
  closers: AsyncDisposableStack;
  restart: RollingRestart;
  log: Log;
  drainSeconds: number;
  killAll(): void;
};

/** SIGINT and SIGTERM end everything in order, and at once the second time; SIGHUP restarts the nodes one by one. */
export function followSignals({ closers, restart, log, drainSeconds, killAll }: Parts): void {
  let isStopping = false;
  const end = (code: number): void => {
    killAll();
    process.exit(code);
  };
  const stop = (signal: NodeJS.Signals): void => {
    if (isStopping) {
      log.warn({ signal }, "stopping at once");
      end(1);
    }
    isStopping = true;
    log.info({ signal }, "stopping: the nodes finish what they have accepted");
    setTimeout(() => end(1), drainSeconds * 1_000 + patienceMs).unref();
    closers.disposeAsync().then(
      () => end(0),
      (error: unknown) => {
        log.error({ err: error }, "could not stop in order");
        end(1);
      },
    );
  };
  const hadTerminal = hasTerminal();
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  process.on("SIGHUP", (signal) => {
    // A terminal that was closed says the same as somebody who asks for a restart, but is gone by then.
    if (hadTerminal && !hasTerminal()) stop(signal);
    else restart.begin();
  });
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}
