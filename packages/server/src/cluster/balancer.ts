/** Spreads requests and sockets over the nodes of a cluster, with one address for all of them. */
import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Log } from "../log.ts";
import { NodeChooser, socketPath } from "./choose-node.ts";
import type { Upstream } from "./cluster-node.ts";
import { type PassParts, passRequest } from "./pass-request.ts";
import { passUpgrade } from "./pass-upgrade.ts";
import { refuseSocket } from "./refuse.ts";

export type BalancerParts = {
  nodes: readonly Upstream[];
  log: Log;
  /** Whether another proxy stands before it, which says by X-Forwarded-For where requests come from. */
  trustsProxy: boolean;
  /** Answers what is the balancer's own. @returns whether it did */
  answerOwn(request: IncomingMessage, response: ServerResponse): boolean;
};

// Those of a server by itself (cli/start.ts).
const headersTimeoutMs = 15_000;
const requestTimeoutMs = 3_600_000;
const silenceMs = 900_000;
const maxConnections = 60_000;

/** Nothing listens yet. */
export function createBalancer({ nodes, log, trustsProxy, answerOwn }: BalancerParts): Server {
  const chooser = new NodeChooser(nodes);
  const parts: PassParts = { agent: new Agent({ keepAlive: true }), log, trustsProxy };
  const server = createServer({ shouldUpgradeCallback: isSocket }, (request, response) => {
    if (answerOwn(request, response)) return;
    const { candidates, isHandshake } = chooser.chooseForRequest(request.url ?? "/");
    const onSession = isHandshake ? chooser.noteSession.bind(chooser) : undefined;
    passRequest(parts, { request, response, candidates, onSession });
  });
  server.headersTimeout = headersTimeoutMs;
  server.requestTimeout = requestTimeoutMs;
  server.timeout = silenceMs;
  server.maxConnections = maxConnections;
  server.on("upgrade", (request, socket, head) => {
    // Until there is somebody to tell, a connection that breaks is only a connection that is gone.
    socket.on("error", () => socket.destroy());
    if (request.method !== "GET") return refuseSocket(socket, 400);
    passUpgrade(parts, { request, socket, head, candidates: chooser.chooseForSocket(request.url ?? "/") });
  });
  server.once("close", () => parts.agent.destroy());
  return server;
}

/** Other wishes to change protocol are not heeded: the request is answered as it is. */
function isSocket({ headers, url }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket" && (url ?? "").startsWith(socketPath);
}
