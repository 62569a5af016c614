/**
 * Sockets between their first audience and the moment that Socket.IO knows them: until then its own broadcasts and
 * disconnections do not reach them, though they are in audiences already.
 */
import type { PipitSocket } from "./admit-socket.ts";

const arriving = new Map<string, PipitSocket>();

export function findArriving(socketId: string): PipitSocket | undefined {
  return arriving.get(socketId);
}

/** Runs the admission of a socket, and counts it as arriving until Socket.IO has connected or dropped it. */
export async function whileArriving(socket: PipitSocket, admission: () => Promise<void>): Promise<void> {
  arriving.set(socket.id, socket);
  try {
    await admission();
  } finally {
    // Socket.IO goes on in the next tick (namespace.js, run), before any immediate.
    setImmediate(() => arriving.delete(socket.id));
  }
}
