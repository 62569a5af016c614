/** Chooses the node that is given a request or a socket. */
import { createHash } from "node:crypto";
import type { Upstream } from "./cluster-node.ts";

const maxSessions = 50_000;
/** Engine.IO gives a session up that was not heard of for 45 seconds. */
const sessionMs = 60_000;
/** The locks of uploads to disk are a process's own. */
const uploadPath = /^\/api\/v1\/chat\/media\/(?:uploads|tus)\/([^/?]+)/;

export const socketPath = "/socket.io/";

export type Choice = {
  /** The nodes to try, best first. None when no node is ready. */
  candidates: readonly Upstream[];
  /** Whether the answer names a session of long polling whose requests must all come to one node. */
  isHandshake: boolean;
};

export class NodeChooser {
  readonly #nodes: readonly Upstream[];
  readonly #sessions = new Map<string, { node: Upstream; usedAt: number }>();
  #turn = 0;

  constructor(nodes: readonly Upstream[]) {
    this.#nodes = nodes;
  }

  /** For a request: the node of its session or upload if it has one, else one after the other. */
  chooseForRequest(url: string): Choice {
    const { sid, isPolling } = readSession(url);
    if (sid !== undefined) return { candidates: this.#ofSession(sid), isHandshake: false };
    const [, upload] = uploadPath.exec(url) ?? [];
    const candidates = upload === undefined ? this.#inTurn() : this.#byName(upload);
    return { candidates, isHandshake: isPolling };
  }

  /** For a WebSocket: the node of the session that it goes on with, else the one with the fewest sockets. */
  chooseForSocket(url: string): readonly Upstream[] {
    const { sid } = readSession(url);
    if (sid !== undefined) return this.#ofSession(sid);
    return this.#inTurn().toSorted((one, other) => one.sockets - other.sockets);
  }

  /** Notes which node a session of long polling is on. */
  noteSession(sid: string, node: Upstream): void {
    // The order of the map is that of use: the oldest come first.
    this.#sessions.delete(sid);
    this.#sessions.set(sid, { node, usedAt: performance.now() });
    for (const [old, { usedAt }] of this.#sessions) {
      if (this.#sessions.size <= maxSessions && performance.now() - usedAt < sessionMs) break;
      this.#sessions.delete(old);
    }
  }

  // A node that drains still has its sessions. One that is gone has none: any other tells the client to begin anew.
  #ofSession(sid: string): readonly Upstream[] {
    const node = this.#sessions.get(sid)?.node;
    if (node === undefined) return this.#inTurn();
    this.noteSession(sid, node);
    return node.port === undefined ? this.#inTurn() : [node];
  }

  #inTurn(): readonly Upstream[] {
    const ready = this.#ready();
    const start = ready.length === 0 ? 0 : this.#turn++ % ready.length;
    return [...ready.slice(start), ...ready.slice(0, start)];
  }

  // Rendezvous hashing: when a node leaves, only its own uploads move.
  #byName(name: string): readonly Upstream[] {
    const weigh = (node: Upstream): string => createHash("sha1").update(`${node.name} ${name}`).digest("hex");
    return this.#ready()
      .map((node) => ({ node, weight: weigh(node) }))
      .toSorted((one, other) => (one.weight < other.weight ? -1 : 1))
      .map(({ node }) => node);
  }

  #ready(): readonly Upstream[] {
    return this.#nodes.filter((node) => node.isReady && node.port !== undefined);
  }
}

function readSession(url: string): { sid: string | undefined; isPolling: boolean } {
  if (!url.startsWith(socketPath)) return { sid: undefined, isPolling: false };
  const query = new URLSearchParams(url.slice(url.indexOf("?") + 1));
  return { sid: query.get("sid") ?? undefined, isPolling: query.get("transport") === "polling" };
}
