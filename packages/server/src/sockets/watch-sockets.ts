/** Looks after open sockets: cuts those that read too slowly, and ends those whose token has expired. */
import type { Services } from "../context.ts";
import type { PipitSocket } from "./admit-socket.ts";
import { tellAndClose } from "./close-socket.ts";
import type { PipitServer } from "./socket-server.ts";
import { countWaiting, dropWaiting } from "./waiting-packets.ts";

const lookEveryMs = 1_000;

export function watchSockets(io: PipitServer, services: Services): { stop(): void } {
  const timer = setInterval(() => {
    const now = services.clock.now().getTime();
    let waiting = 0;
    for (const socket of io.sockets.sockets.values()) if (look(socket, now, services)) waiting += 1;
    services.presenceParts.load.noteSockets(io.sockets.sockets.size, waiting);
  }, lookEveryMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** @returns whether something waits for it */
function look(socket: PipitSocket, now: number, services: Services): boolean {
  if (socket.data.isLeaving) return false;
  if (socket.data.expiresAt <= now) {
    tellAndClose(socket, { reason: "token_expired" });
    return false;
  }
  const waiting = countWaiting(socket);
  if (waiting <= services.config.maxBufferedBytes) return waiting > 0;
  services.log.warn({ socket_id: socket.id, user_id: socket.data.actor.userId }, "a slow socket was cut");
  cut(socket);
  return true;
}

// What waits is dropped: the socket missed it, and is told so in case it reads on.
function cut(socket: PipitSocket): void {
  dropWaiting(socket);
  tellAndClose(socket, { reason: "slow_consumer" });
}
