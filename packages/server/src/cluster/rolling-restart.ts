/** Restarts nodes one after the other, so that the others serve meanwhile. */
import type { Log } from "../log.ts";
import type { ClusterNode } from "./cluster-node.ts";

const readyWithinMs = 60_000;

export class RollingRestart {
  readonly nodes: readonly ClusterNode[];
  readonly #log: Log;
  #work: Promise<void> | undefined;
  #isStopped = false;

  constructor(nodes: readonly ClusterNode[], log: Log) {
    this.nodes = nodes;
    this.#log = log;
  }

  get isUnderWay(): boolean {
    return this.#work !== undefined;
  }

  /** Begins with these nodes, unless a restart is under way already. */
  begin(nodes: readonly ClusterNode[] = this.nodes): void {
    if (this.#isStopped || this.#work) return;
    this.#work = this.#restart(nodes)
      .catch((error: unknown) => this.#log.error({ err: error }, "the restart was broken off"))
      .finally(() => {
        this.#work = undefined;
      });
  }

  /** Begins with no other node. */
  stop(): void {
    this.#isStopped = true;
  }

  async #restart(nodes: readonly ClusterNode[]): Promise<void> {
    for (const node of nodes) {
      // Somebody must be there for the sockets that this one sends away.
      await Promise.all(this.nodes.map((other) => (other === node ? undefined : other.waitUntilReady(readyWithinMs))));
      if (this.#isStopped) return;
      this.#log.info({ name: node.name }, "restarting a node");
      await node.drain();
      if (this.#isStopped) return;
      node.start();
      await node.waitUntilReady(readyWithinMs);
    }
    this.#log.info({ nodes: nodes.length }, "all have been restarted");
  }
}
