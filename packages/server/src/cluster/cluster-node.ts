/** One node of a cluster: a server in a process of its own, and what the balancer has to know of it. */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Config } from "../config.ts";
import type { Log } from "../log.ts";
import { KeptProcess } from "./kept-process.ts";
import type { NodeOrder, NodeReport } from "./node-messages.ts";

const program = fileURLToPath(new URL("./node-main.ts", import.meta.url));
const probeEveryMs = 1_000;
const probeWithinMs = 3_000;
/** Beyond the time that a node gives its sockets; after it, a node ends itself. */
const stopWithinMs = 35_000;

export type NodeState = "starting" | "ready" | "not ready" | "draining" | "down";

/** What the balancer sees of a node. */
export type Upstream = {
  readonly name: string;
  /** Its port on the loopback address; undefined while it does not listen. */
  readonly port: number | undefined;
  /** Whether it may be given something new. */
  readonly isReady: boolean;
  /** The sockets that the balancer has open to it. */
  sockets: number;
  /** It could not be connected to. */
  noteRefusal(): void;
};

export class ClusterNode implements Upstream {
  readonly name: string;
  port: number | undefined;
  isReady = false;
  sockets = 0;
  readonly #process: KeptProcess;
  readonly #config: Config;
  readonly #log: Log;
  #wasReady = false;
  #isDraining = false;
  #probe: NodeJS.Timeout | undefined;
  #waiting = new Set<PromiseWithResolvers<void>>();

  constructor(name: string, config: Config, log: Log) {
    this.name = name;
    this.#config = config;
    this.#log = log;
    this.#process = new KeptProcess({
      name,
      log,
      launch: () => this.#launch(),
      askToEnd: (child) => child.kill("SIGTERM"),
      patienceMs: config.drainSeconds * 1_000 + stopWithinMs,
      onEnd: () => this.#forget(),
    });
  }

  get state(): NodeState {
    if (this.#isDraining) return "draining";
    if (this.#process.pid === undefined) return "down";
    if (this.isReady) return "ready";
    return this.#wasReady ? "not ready" : "starting";
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get restarts(): number {
    return Math.max(0, this.#process.restarts);
  }

  get uptimeSeconds(): number {
    return Math.floor((this.#process.uptimeMs ?? 0) / 1_000);
  }

  start(): void {
    this.#process.start();
  }

  /** Lets it send its sockets away and finish what it has accepted, and ends it. */
  async drain(): Promise<void> {
    this.#isDraining = true;
    this.#setReady(false);
    await this.#process.stop();
    this.#isDraining = false;
  }

  kill(): void {
    this.#process.kill();
  }

  /** @throws {Error} when it ends instead, or is not ready in time */
  async waitUntilReady(withinMs: number): Promise<void> {
    if (this.isReady) return;
    const waiter = Promise.withResolvers<void>();
    const late = (): void => waiter.reject(new Error(`${this.name} was not ready within ${withinMs / 1_000} s.`));
    const timer = setTimeout(late, withinMs);
    this.#waiting.add(waiter);
    try {
      await waiter.promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(waiter);
    }
  }

  noteRefusal(): void {
    if (this.isReady) this.#log.warn({ name: this.name }, "a node refuses connections and is left out");
    this.#setReady(false);
  }

  #launch(): ChildProcess {
    // The flag is the one of bin/pipit.js. A group of its own: Ctrl-C in a terminal must not reach it before the cluster.
    const child = spawn(process.execPath, ["--max-semi-space-size=32", program], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      serialization: "advanced",
      detached: true,
    });
    const order: NodeOrder = { name: this.name, config: this.#config };
    // One that dies at once has no ears; its end is noticed by itself.
    child.send(order, () => {});
    child.once("message", ({ port }: NodeReport) => {
      this.port = port;
      void this.#look(child);
    });
    return child;
  }

  async #look(child: ChildProcess): Promise<void> {
    const isReady = await this.#ask();
    if (child.pid !== this.pid || this.#isDraining) return;
    if (this.isReady && !isReady) this.#log.warn({ name: this.name }, "a node is not ready and is left out");
    this.#setReady(isReady);
    this.#probe = setTimeout(() => void this.#look(child), probeEveryMs).unref();
  }

  async #ask(): Promise<boolean> {
    try {
      const signal = AbortSignal.timeout(probeWithinMs);
      const response = await fetch(`http://127.0.0.1:${this.port}/readyz`, { signal });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      // No answer is an answer too.
      return false;
    }
  }

  #setReady(isReady: boolean): void {
    this.isReady = isReady;
    if (!isReady) return;
    this.#wasReady = true;
    for (const { resolve } of this.#waiting) resolve();
  }

  #forget(): void {
    clearTimeout(this.#probe);
    this.#setReady(false);
    this.#wasReady = false;
    this.port = undefined;
    const failure = new Error(`${this.name} ended while it was awaited: the log says why.`);
    for (const { reject } of this.#waiting) reject(failure);
  }
}
