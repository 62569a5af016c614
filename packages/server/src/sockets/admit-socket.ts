/** Lets a socket in: who it is, and which audiences it belongs to. */
import type { Socket } from "socket.io";
import { AppError } from "../app-error.ts";
import type { Actor } from "../context.ts";
import { failWith } from "../doors/fail-with.ts";
import { findRoomIds } from "../features/rooms/rooms-access.ts";
import { addressOfHandshake } from "../http/address-of.ts";
import type { Authenticator } from "../identity/authenticate.ts";
import { forgetHandshake } from "./forget-handshake.ts";
import { roomAudience, userAudience } from "./socket-audiences.ts";
import type { SocketServerOptions } from "./socket-server.ts";

/** What is kept of a socket: `running` counts its requests that have no answer yet. */
export type SocketData = { actor: Actor; expiresAt: number; running: number; isLeaving: boolean };

type NoEvents = Record<string, (...args: unknown[]) => void>;
export type PipitSocket = Socket<NoEvents, NoEvents, NoEvents, SocketData>;

/** @throws {Error} whose `data` is `{code, error}`, which Socket.IO hands to the client as `connect_error.data`. */
export async function admitSocket(socket: PipitSocket, options: SocketServerOptions): Promise<void> {
  try {
    const { token, device_id: deviceId } = socket.handshake.auth;
    requireFirst(socket);
    const { actor, expiresAt } = await authenticate(socket, options, toText(token), toText(deviceId));
    requireRoom(socket, options, actor);
    socket.data.actor = { ...actor, socketId: socket.id };
    socket.data.expiresAt = expiresAt.getTime();
    socket.data.running = 0;
    socket.data.isLeaving = false;
    await joinAudiences(socket, options, actor);
    forgetHandshake(socket);
  } catch (cause) {
    forget(socket);
    const { error, failure } = failWith(options.services.log, cause, { operation: "connect" });
    const { success: _, ...bare } = failure;
    throw Object.assign(new Error(error.code), {
      data: bare,
    });
  }
}

const maxLooks = 10;

/** By connection, the one socket that it may have. */
const admitted = new WeakMap<object, PipitSocket>();

// A client may send connect packets as it likes; each would be another socket that hears everything once more.
function requireFirst(socket: PipitSocket): void {
  if (admitted.has(socket.conn)) throw new AppError("invalid_request", { message: "This connection has a socket." });
  admitted.set(socket.conn, socket);
  socket.once("disconnect", () => forget(socket));
}

function forget(socket: PipitSocket): void {
  if (admitted.get(socket.conn) === socket) admitted.delete(socket.conn);
}

/** Counts bad credentials against the address that they came from, as REST does. */
async function authenticate(
  socket: PipitSocket,
  options: SocketServerOptions,
  token: string | undefined,
  deviceId: string | undefined,
): ReturnType<Authenticator["authenticate"]> {
  try {
    return await options.authenticator.authenticate(token, deviceId);
  } catch (error) {
    if (error instanceof AppError && error.code === "unauthenticated") {
      const address = addressOfHandshake(socket.handshake, options.services.config.trustProxy);
      await options.limits.take("failure", address);
    }
    throw error;
  }
}

/**
 * The user's own audience first, so that joining and leaving reach this socket from now on; then the rooms, until two
 * looks agree: a removal that committed between a look and the join that followed found nothing to take out (G9).
 */
async function joinAudiences(socket: PipitSocket, options: SocketServerOptions, actor: Actor): Promise<void> {
  await socket.join(userAudience(actor));
  let joined = new Set<string>();
  for (let look = 0; look < maxLooks; look += 1) {
    const now = new Set(await findRoomIds(options.services.db, actor));
    if (look > 0 && now.symmetricDifference(joined).size === 0) return;
    for (const id of joined.difference(now)) await socket.leave(roomAudience(id));
    await socket.join([...now.difference(joined)].map(roomAudience));
    joined = now;
  }
  throw new AppError("unavailable", { retryAfterSeconds: 1 });
}

function requireRoom(socket: PipitSocket, options: SocketServerOptions, actor: Actor): void {
  const open = socket.nsp.adapter.rooms.get(userAudience(actor))?.size ?? 0;
  if (open >= options.services.config.maxDevicesOnline) {
    throw new AppError("rate_limited", { message: "This user has too many sockets open.", retryAfterSeconds: 10 });
  }
}

function toText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
