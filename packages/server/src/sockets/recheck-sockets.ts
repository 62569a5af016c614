/**
 * Looks at all sockets of a node anew: whether their devices are logged out, and whether they are in the audiences of just
 * the rooms that their users are members of. For a node that may not have heard what others told it.
 */
import type { Services } from "../context.ts";
import type { PipitSocket } from "./admit-socket.ts";
import { closeIfLoggedOutElsewhere } from "./log-out-sockets.ts";
import { settleRooms } from "./settle-rooms.ts";
import type { PipitServer } from "./socket-server.ts";

/** Sockets that are looked at at once. */
const width = 4;

export async function recheckSockets(io: PipitServer, services: Services, settled: () => Promise<void>): Promise<void> {
  const sockets = io.sockets.sockets.values();
  await Promise.all(Array.from({ length: width }, () => work()));

  async function work(): Promise<void> {
    for (const socket of sockets) if (!socket.data.isLeaving) await recheck(socket);
  }

  async function recheck(socket: PipitSocket): Promise<void> {
    await closeIfLoggedOutElsewhere(socket, (actor) => services.devices.gate.requireOpen(actor));
    if (!socket.data.isLoggedOut) await settleRooms(socket, services.db, settled);
  }
}
