/** Closes the sockets of a device that was logged out: each is told, and does nothing more. */
import { AppError } from "../app-error.ts";
import type { Actor } from "../context.ts";
import type { PipitSocket } from "./admit-socket.ts";
import { findArriving } from "./arriving-sockets.ts";
import { endSoon } from "./close-socket.ts";
import type { PipitServer } from "./socket-server.ts";

/**
 * For a node that may not have heard of a log-out. @param requireOpen throws `unauthenticated` for the socket's actor if
 * its device was logged out
 */
export async function closeIfLoggedOutElsewhere(
  socket: PipitSocket,
  requireOpen: (actor: Actor) => Promise<void>,
): Promise<void> {
  try {
    await requireOpen(socket.data.actor);
  } catch (error) {
    if (!(error instanceof AppError && error.code === "unauthenticated")) throw error;
    if (!socket.data.isLoggedOut) logOutSocket(socket, socket.data.actor.deviceId ?? "");
  }
}

/** All sockets of a device's audience on this node, those too that are being let in. */
export function logOutSockets(io: PipitServer, audience: string, deviceId: string): void {
  for (const id of [...(io.sockets.adapter.rooms.get(audience) ?? [])]) {
    const socket = io.sockets.sockets.get(id);
    if (socket) logOutSocket(socket, deviceId);
    else markArriving(findArriving(id));
  }
}

/** @throws {AppError} `unauthenticated` if the socket's device was logged out while it was being let in */
export function requireLoggedIn(socket: PipitSocket): void {
  if (socket.data.isLoggedOut) throw new AppError("unauthenticated", { message: "This device was logged out." });
}

/** For a socket that Socket.IO has just connected: closes it if it was too late to refuse it. */
export function closeIfLoggedOut(socket: PipitSocket): void {
  if (socket.data.isLoggedOut) logOutSocket(socket, socket.data.actor.deviceId ?? "");
}

/** Closes a socket whose device was logged out, once its own request for that has been answered. */
export function endIfLoggedOut(socket: PipitSocket): void {
  if (socket.data.isLoggedOut && !isLoggingOut(socket)) socket.conn.close();
}

function markArriving(socket: PipitSocket | undefined): void {
  if (socket) socket.data.isLoggedOut = true;
}

// It leaves its audiences at once, since who asked for the log-out stays for the answer; requests it begins none
// (dispatch.ts).
function logOutSocket(socket: PipitSocket, deviceId: string): void {
  socket.emit("device:logged-out", { device_id: deviceId });
  socket.data.isLoggedOut = true;
  for (const audience of [...socket.rooms]) if (audience !== socket.id) socket.leave(audience);
  endIfLoggedOut(socket);
  endSoon(socket);
}

function isLoggingOut({ data }: PipitSocket): boolean {
  return (data.loggingOut ?? 0) > 0;
}
