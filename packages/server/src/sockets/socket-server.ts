/** The socket door: Socket.IO with our authentication, audiences and dispatch. */
import type { Server as HttpServer, IncomingMessage, ServerResponse } from "node:http";
import { Server } from "socket.io";
import type { Services } from "../context.ts";
import type { RunOperation } from "../doors/run-operation.ts";
import type { Gate } from "../gate.ts";
import type { OriginPolicy } from "../http/origins.ts";
import type { Authenticator } from "../identity/authenticate.ts";
import type { Limits } from "../ports/limits/limits.ts";
import type { Timers } from "../timers.ts";
import { admitSocket, type SocketData } from "./admit-socket.ts";
import { createArrivals } from "./arrivals.ts";
import { whileArriving } from "./arriving-sockets.ts";
import { type AudienceTopics, keepTopics } from "./audience-topics.ts";
import { answerEvents } from "./dispatch.ts";
import { drainSockets } from "./drain-sockets.ts";
import { encodeAsText } from "./encode-packets.ts";
import { gatherWrites } from "./gather-writes.ts";
import { closeIfLoggedOut } from "./log-out-sockets.ts";
import { shedSends } from "./shed-sends.ts";
import { trackPresence } from "./track-presence.ts";
import { watchSockets } from "./watch-sockets.ts";

export type SocketServerOptions = {
  services: Services;
  run: RunOperation;
  authenticator: Authenticator;
  origins: OriginPolicy;
  limits: Limits;
  timers: Timers;
};

/** What lets a socket in needs. */
export type Admission = SocketServerOptions & {
  /** Resolves once what other nodes tell the audiences that this node's sockets have joined by now is heard. */
  settled(): Promise<void>;
  /** Lets so many in at a time. */
  arrivals: Gate;
};

type NoEvents = Record<string, (...args: unknown[]) => void>;
export type PipitServer = Server<NoEvents, NoEvents, NoEvents, SocketData>;

export type SocketServer = {
  io: PipitServer;
  topics: AudienceTopics;
  /** Tells sockets to come back elsewhere, spread over a while, and closes them. */
  close(): Promise<void>;
};

const handshakeTimeoutMs = 10_000;
const methods = new Set(["GET", "POST", "OPTIONS"]);

// Engine.IO answers other methods with 500.
function refuseMethods(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  if (methods.has(request.method ?? "")) next();
  else response.writeHead(405, { Allow: "GET, POST, OPTIONS" }).end();
}

export function createSocketServer(httpServer: HttpServer, options: SocketServerOptions): SocketServer {
  const { config, log } = options.services;
  const io: PipitServer = new Server(httpServer, {
    transports: ["websocket", "polling"],
    serveClient: false,
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: config.maxFrameBytes,
    connectTimeout: handshakeTimeoutMs,
    allowRequest: (request, decide) =>
      decide(null, options.origins.isAllowed(request.headers.origin, request.headers.host)),
    cors: { origin: (origin, decide) => decide(null, options.origins.isAllowed(origin, undefined)) },
  });
  encodeAsText(io);
  gatherWrites(io.engine, log);
  shedSends(io.engine, options.services.appender.isFull, log);
  const arrivals = createArrivals({ atOnce: 16, mostWaiting: 1_500, longestWaitMs: 6_000 });
  const topics = keepTopics(io, options.services.bus, options.timers);
  io.engine.use(refuseMethods);
  const admission = { ...options, settled: topics.settled, arrivals };
  io.use((socket, next) => {
    whileArriving(socket, () => admitSocket(socket, admission)).then(() => next(), next);
  });
  io.on("connection", (socket) => {
    trackPresence(socket, options.services);
    closeIfLoggedOut(socket);
    answerEvents(socket, options);
  });
  const watch = watchSockets(io, options.services);
  return {
    io,
    topics,
    async close() {
      await drainSockets(io, config.drainSeconds);
      watch.stop();
      topics.close();
      // Not io.close(), which would close the host's server as well.
      io.disconnectSockets(true);
      io.engine.close();
    },
  };
}
