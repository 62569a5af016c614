/** Ends a program of the set-up, with all that it started, when the launcher is told to end. */

/** Asked politely, npm first finishes all downloads, so it is not asked: what it leaves behind is done afresh the next
 * time, and so is a build. `end` stops listening, and gives the signal that came, if one did.
 * @param {import("node:child_process").ChildProcess} child the leader of its group
 * @returns {{ end: () => NodeJS.Signals | undefined }} */
export function killOnSignal(child) {
  /** @type {NodeJS.Signals | undefined} */
  let came;
  /** @param {NodeJS.Signals} signal */
  const stop = (signal) => {
    came ??= signal;
    const isRunning = child.exitCode === null && child.signalCode === null;
    if (child.pid && isRunning) process.kill(-child.pid, "SIGKILL");
  };
  const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
  for (const signal of signals) process.on(signal, stop);
  return {
    end() {
      for (const signal of signals) process.off(signal, stop);
      return came;
    },
  };
}
