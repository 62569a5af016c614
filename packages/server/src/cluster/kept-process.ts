/** A child process that is started again when it ends by itself, with a pause that grows as long as it does not last. */
import type { ChildProcess } from "node:child_process";
import type { Log } from "../log.ts";

export type KeptProcessParts = {
  name: string;
  log: Log;
  /** Starts it, as the leader of a process group of its own. */
  launch(): ChildProcess;
  /** Asks it to end in order. */
  askToEnd(child: ChildProcess): void;
  /** How long that may take; then it and all that it started is killed. */
  patienceMs: number;
  /** Told each time that it has ended, whether asked to or not. */
  onEnd?(): void;
};

const firstPauseMs = 250;
const longestPauseMs = 15_000;
/** One that has run for so long begins anew with its pauses. */
const steadyMs = 30_000;

type Running = { child: ChildProcess; since: number; ended: Promise<void> };

export class KeptProcess {
  /** How often it was started after the first time. */
  restarts = -1;
  readonly #parts: KeptProcessParts;
  #running: Running | undefined;
  #isWanted = false;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: KeptProcessParts) {
    this.#parts = parts;
  }

  /** Undefined while it is not running. */
  get pid(): number | undefined {
    return this.#running?.child.pid;
  }

  /** How long it has been running. */
  get uptimeMs(): number | undefined {
    return this.#running && performance.now() - this.#running.since;
  }

  start(): void {
    this.#isWanted = true;
    if (this.#running === undefined) this.#launch();
  }

  /** Ends it for good, or until it is started again. Resolves when it is gone. */
  async stop(): Promise<void> {
    this.#isWanted = false;
    clearTimeout(this.#timer);
    const running = this.#running;
    if (running === undefined) return;
    const { askToEnd, patienceMs, name, log } = this.#parts;
    const timer = setTimeout(() => {
      log.warn({ name }, "a process did not end in time and is killed");
      this.kill();
    }, patienceMs);
    askToEnd(running.child);
    await running.ended;
    clearTimeout(timer);
  }

  /** Ends it at once, with all that it started. */
  kill(): void {
    const { pid } = this;
    if (pid === undefined) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch (error) {
      // It has ended in this moment.
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
  }

  #launch(): void {
    clearTimeout(this.#timer);
    const child = this.#parts.launch();
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    this.#running = { child, since: performance.now(), ended };
    this.restarts += 1;
    let isOver = false;
    const end = (fields: object): void => {
      if (isOver) return;
      isOver = true;
      this.#onEnd(fields);
      resolve();
    };
    child.once("exit", (code, signal) => end({ code, signal }));
    // Without a process, nothing will exit; of one that runs, this says only that a message did not reach it.
    child.on("error", (error) => {
      if (child.pid === undefined) end({ err: error });
    });
  }

  #onEnd(fields: object): void {
    const { name, log, onEnd } = this.#parts;
    const lasted = (this.uptimeMs ?? 0) >= steadyMs;
    this.#running = undefined;
    onEnd?.();
    if (!this.#isWanted) return;
    this.#failures = lasted ? 1 : this.#failures + 1;
    const pauseMs = Math.min(firstPauseMs * 2 ** (this.#failures - 1), longestPauseMs);
    log.error({ name, ...fields, pause_ms: pauseMs }, "a process ended by itself and will be started again");
    this.#timer = setTimeout(() => this.#launch(), pauseMs);
  }
}
