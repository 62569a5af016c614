/** Keeps a claim on PostgreSQL for as long as its process wants it: an owner starts PostgreSQL again when it dies. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "./cluster.ts";
import type { Claimant, ClaimKind } from "./connect-claimant.ts";
import { boundLog } from "./postgres-log.ts";
import { takeOwnership } from "./take-ownership.ts";

const firstPauseMs = 100;
const longestPauseMs = 10_000;
const logCheckMs = 60_000;

/** A claim with a life: it ends with `close`. It never keeps the process alive by itself. */
export class ClaimKeeper {
  readonly #cluster: Cluster;
  readonly #kind: ClaimKind;
  readonly #closing = new AbortController();
  readonly #logTimer: NodeJS.Timeout | undefined;
  #claimant: Claimant;
  #restoring: Promise<void> | undefined;

  constructor(cluster: Cluster, kind: ClaimKind, claimant: Claimant) {
    this.#cluster = cluster;
    this.#kind = kind;
    this.#claimant = claimant;
    if (kind === "owner") this.#logTimer = setInterval(() => void this.#boundLog(), logCheckMs).unref();
    this.#watch();
  }

  /** Stops watching, and gives the claim as it then is. */
  async close(): Promise<Claimant> {
    this.#closing.abort();
    clearInterval(this.#logTimer);
    await this.#restoring;
    this.#claimant.socket.ref();
    return this.#claimant;
  }

  #watch(): void {
    this.#claimant.socket.unref();
    void this.#claimant.lost.then((reason) => this.#onLost(reason));
  }

  #onLost(reason: Error | undefined): void {
    if (this.#closing.signal.aborted) return;
    const { log, dir } = this.#cluster;
    log.warn({ err: reason, dir }, "lost the connection to PostgreSQL");
    if (this.#kind === "owner") this.#restoring = this.#restore();
  }

  async #restore(): Promise<void> {
    for (let pause = firstPauseMs; !this.#closing.signal.aborted; pause = Math.min(pause * 2, longestPauseMs)) {
      await this.#pause(pause);
      if (await this.#tryRestore()) return;
    }
  }

  async #tryRestore(): Promise<boolean> {
    if (this.#closing.signal.aborted) return false;
    const { log } = this.#cluster;
    try {
      const { claimant, origin } = await takeOwnership(this.#cluster);
      this.#claimant = claimant;
      log.info({ origin, pid: claimant.postmaster.pid }, "PostgreSQL is back");
      this.#watch();
      return true;
    } catch (error) {
      log.warn({ err: error }, "PostgreSQL could not be brought back; trying again");
      return false;
    }
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { ref: false, signal: this.#closing.signal }).catch((error: unknown) => {
      if (!this.#closing.signal.aborted) throw error;
    });
  }

  async #boundLog(): Promise<void> {
    try {
      await boundLog(this.#cluster.logFile);
    } catch (error) {
      this.#cluster.log.warn({ err: error }, "could not bound the log of PostgreSQL");
    }
  }
}
