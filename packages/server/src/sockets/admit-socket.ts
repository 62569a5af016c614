/** Lets a socket in: who it is, and which audiences it belongs to. */
import type { Socket } from "socket.io";
import { AppError } from "../app-error.ts";
import type { Actor } from "../context.ts";
import { failWith } from "../doors/fail-with.ts";
import { findRoomPlaces } from "../features/rooms/rooms-access.ts";
import { addressOfHandshake } from "../http/address-of.ts";
import { forgetHandshake } from "./forget-handshake.ts";
import { requireLoggedIn } from "./log-out-sockets.ts";
import { deviceAudience, roomAudience, silentAudience, userAudience } from "./socket-audiences.ts";
import type { SocketServerOptions } from "./socket-server.ts";

/**
 * What is kept of a socket: `running` counts its requests that have no answer yet, `loggingOut` those of them that log a
 * device out.
 */
export type SocketData = {
  actor: Actor;
  expiresAt: number;
  running: number;
  loggingOut: number;
  isLeaving: boolean;
  isLoggedOut: boolean;
  /** Whether a person looked at the client as it connected. */
  isInFocus: boolean;
};

type NoEvents = Record<string, (...args: unknown[]) => void>;
export type PipitSocket = Socket<NoEvents, NoEvents, NoEvents, SocketData>;

/** @throws {Error} whose `data` is `{code, error}`, which Socket.IO hands to the client as `connect_error.data`. */
export async function admitSocket(socket: PipitSocket, options: SocketServerOptions): Promise<void> {
  try {
    const { token, device_id: deviceId } = socket.handshake.auth;
    requireFirst(socket);
    const { actor, expiresAt } = await countFailures(socket, options, () =>
      options.authenticator.identify(toText(token), toText(deviceId)),
    );
    requireRoom(socket, options, actor);
    socket.data.actor = { ...actor, socketId: socket.id };
    socket.data.expiresAt = expiresAt.getTime();
    socket.data.running = 0;
    socket.data.loggingOut = 0;
    socket.data.isLeaving = false;
    socket.data.isLoggedOut = false;
    socket.data.isInFocus = socket.handshake.auth.in_focus !== false;
    await joinAudiences(socket, options, actor);
    requireLoggedIn(socket);
    noteArrival(options, actor);
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
async function countFailures<Value>(
  socket: PipitSocket,
  options: SocketServerOptions,
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError && error.code === "unauthenticated") {
      const address = addressOfHandshake(socket.handshake, options.services.config.trustProxy);
      await options.limits.take("failure", address);
    }
    throw error;
  }
}

/**
 * The audiences of the user and the device first, so that joining, leaving and logging out reach this socket from now on:
 * a log-out that committed before is seen by the look that follows. Then the rooms, until two looks agree: a removal that
 * committed between a look and the join that followed found nothing to take out (G9).
 */
async function joinAudiences(socket: PipitSocket, options: SocketServerOptions, actor: Actor): Promise<void> {
  await socket.join([userAudience(actor), ...toDeviceAudiences(actor)]);
  await countFailures(socket, options, () => options.services.devices.gate.requireOpen(actor));
  let joined = new Set<string>();
  for (let look = 0; look < maxLooks; look += 1) {
    const places = await findRoomPlaces(options.services.db, actor);
    const now = new Set(places.flatMap(toRoomAudiences));
    if (look > 0 && now.symmetricDifference(joined).size === 0) return;
    for (const audience of joined.difference(now)) await socket.leave(audience);
    await socket.join([...now.difference(joined)]);
    joined = now;
  }
  throw new AppError("unavailable", { retryAfterSeconds: 1 });
}

function toRoomAudiences({ id, is_silent }: { id: string; is_silent: boolean }): string[] {
  return is_silent ? [roomAudience(id), silentAudience(id)] : [roomAudience(id)];
}

function toDeviceAudiences({ tenantId, userId, deviceId }: Actor): string[] {
  return deviceId === undefined ? [] : [deviceAudience({ tenantId, userId, deviceId })];
}

// A socket that is open and says nothing must not make its device an idle one.
function noteArrival({ services }: SocketServerOptions, { tenantId, userId, deviceId }: Actor): void {
  if (deviceId !== undefined) services.devices.activity.note({ tenantId, userId, deviceId });
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
