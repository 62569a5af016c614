/** Connections of one client's own that can be cut, without a proxy: for thousands of clients. */
import { Agent, type ClientRequestArgs } from "node:http";
import { connect, Socket } from "node:net";
import type { Link } from "./link.ts";

/** For `ws`, which takes its connections from an agent. */
export class CuttableAgent extends Agent implements Link {
  readonly #open = new Set<Socket>();
  #isCut = false;

  override createConnection(options: ClientRequestArgs): Socket {
    if (this.#isCut) return refuse();
    const socket = connect({ host: String(options.host), port: Number(options.port), noDelay: true });
    this.#open.add(socket);
    socket.once("close", () => this.#open.delete(socket));
    return socket;
  }

  cut(): void {
    this.#isCut = true;
    for (const socket of this.#open) socket.resetAndDestroy();
  }

  restore(): void {
    this.#isCut = false;
  }

  close(): void {
    this.cut();
    this.destroy();
  }
}

function refuse(): Socket {
  const socket = new Socket();
  process.nextTick(() => socket.destroy(new Error("the link is cut")));
  return socket;
}
