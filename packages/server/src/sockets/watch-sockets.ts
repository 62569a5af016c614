/** Looks after open sockets: cuts those that read too slowly, and ends those whose token has expired. */
import type { Services } from "../context.ts";
import type { PipitSocket } from "./admit-socket.ts";
import { tellAndClose } from "./close-socket.ts";
import type { PipitServer } from "./socket-server.ts";

const lookEveryMs = 1_000;

export function watchSockets(io: PipitServer, services: Services): { stop(): void } {
  const timer = setInterval(() => {
    const now = services.clock.now().getTime();
    for (const socket of io.sockets.sockets.values()) look(socket, now, services);
  }, lookEveryMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

function look(socket: PipitSocket, now: number, services: Services): void {
  if (socket.data.isLeaving) return;
  if (socket.data.expiresAt <= now) {
    tellAndClose(socket, { reason: "token_expired" });
    return;
  }
  if (countWaiting(socket) <= services.config.maxBufferedBytes) return;
  services.log.warn({ socket_id: socket.id, user_id: socket.data.actor.userId }, "a slow socket was cut");
  cut(socket);
}

// What waits is dropped: the socket missed it, and is told so in case it reads on.
function cut(socket: PipitSocket): void {
  const waiting = buffersOf(socket).writeBuffer;
  waiting.splice(0, waiting.length);
  tellAndClose(socket, { reason: "slow_consumer" });
}

type WaitingPacket = { data?: unknown };
type Buffers = { writeBuffer: WaitingPacket[]; transport: { socket?: { bufferedAmount?: number } } };

// Engine.IO declares neither its write buffer nor the transport's socket.
function buffersOf(socket: PipitSocket): Buffers {
  return socket.conn as unknown as Buffers;
}

/** Bytes that wait for a socket: in Engine.IO's buffer, and in the kernel's way. */
function countWaiting(socket: PipitSocket): number {
  const { writeBuffer, transport } = buffersOf(socket);
  const queued = writeBuffer.reduce(
    (total, packet) => total + (typeof packet.data === "string" ? packet.data.length : 0),
    0,
  );
  return queued + (transport.socket?.bufferedAmount ?? 0);
}
