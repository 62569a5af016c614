/** Closes a socket in good order: it is told why, and what it has asked for already is answered. */
import type { Payload } from "@pipit/protocol/events";
import type { PipitSocket } from "./admit-socket.ts";

const graceMs = 1_000;

// Engine.IO does not declare the WebSocket of its transport; a polling transport has none.
type Connection = { transport: { socket?: { terminate(): void } } };

/** Says why, and closes once its requests have been answered, or the grace is over. */
export function tellAndClose(socket: PipitSocket, payload: Payload<"sync:required">): void {
  socket.emit("sync:required", payload);
  socket.data.isLeaving = true;
  closeIfDone(socket);
  endSoon(socket);
}

/** Ends a socket's connection after the grace, whatever still waits for its peer. */
export function endSoon(socket: PipitSocket): void {
  // A peer that reads nothing never drains: close(true) does not wait for it.
  const { transport } = socket.conn as unknown as Connection;
  setTimeout(() => {
    socket.conn.close(true);
    // ws would wait another 30 s for the peer's goodbye, with all that is buffered.
    transport.socket?.terminate();
  }, graceMs).unref();
}

/** Closes a socket that is leaving and has no request without an answer; what is buffered is written first. */
export function closeIfDone(socket: PipitSocket): void {
  if (socket.data.isLeaving && socket.data.running === 0) socket.conn.close();
}
