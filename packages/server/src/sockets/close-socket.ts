/** Closes a socket in good order: it is told why, and what it has asked for already is answered. */
import type { Payload } from "@pipit/protocol/events";
import type { PipitSocket } from "./admit-socket.ts";

const graceMs = 1_000;

/** Says why, and closes once its requests have been answered, or the grace is over. */
export function tellAndClose(socket: PipitSocket, payload: Payload<"sync:required">): void {
  socket.emit("sync:required", payload);
  socket.data.isLeaving = true;
  closeIfDone(socket);
  // A peer that reads nothing never drains: close(true) does not wait for it.
  setTimeout(() => socket.conn.close(true), graceMs).unref();
}

/** Closes a socket that is leaving and has no request without an answer; what is buffered is written first. */
export function closeIfDone(socket: PipitSocket): void {
  if (socket.data.isLeaving && socket.data.running === 0) socket.conn.close();
}
