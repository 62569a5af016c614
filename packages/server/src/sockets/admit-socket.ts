/** Lets a socket in: who it is, and which audiences it belongs to. */
import type { Socket } from "socket.io";
import { AppError } from "../app-error.ts";
import type { Actor } from "../context.ts";
import { failWith } from "../doors/fail-with.ts";
import { addressOfHandshake } from "../http/address-of.ts";
import { forgetHandshake } from "./forget-handshake.ts";
import { requireLoggedIn } from "./log-out-sockets.ts";
import { settleRooms } from "./settle-rooms.ts";
import { deviceAudience, userAudience } from "./socket-audiences.ts";
import type { Admission } from "./socket-server.ts";

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
export async function admitSocket(socket: PipitSocket, options: Admission): Promise<void> {
  try {
    requireFirst(socket);
    await options.arrivals(() => letIn(socket, options));
  } catch (cause) {
    forget(socket);
    const { error, failure } = failWith(options.services.log, cause, { operation: "connect" });
    const { success: _, ...bare } = failure;
    throw Object.assign(new Error(error.code), {
      data: bare,
    });
  }
}

async function letIn(socket: PipitSocket, options: Admission): Promise<void> {
  const { token, device_id: deviceId } = socket.handshake.auth;
  // It may have given up while it stood in line.
  if (socket.conn.readyState !== "open") throw new AppError("unavailable", { retryAfterSeconds: 1 });
  const { actor, expiresAt } = await countFailures(socket, options, () =>
    options.authenticator.identify(toText(token), toText(deviceId)),
  );
  await requireRoom(socket, options, actor);
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
}

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
  options: Admission,
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
 * The audiences of the user and the device first, so that joining, leaving and logging out reach this socket from now on,
 * whichever node tells of them: a log-out that committed before is seen by the look that follows. Then the rooms.
 */
async function joinAudiences(socket: PipitSocket, options: Admission, actor: Actor): Promise<void> {
  const { services, settled } = options;
  await socket.join([userAudience(actor), ...toDeviceAudiences(actor)]);
  await settled();
  await countFailures(socket, options, () => services.devices.gate.requireOpen(actor));
  await settleRooms(socket, services.db, settled);
}

function toDeviceAudiences({ tenantId, userId, deviceId }: Actor): string[] {
  return deviceId === undefined ? [] : [deviceAudience({ tenantId, userId, deviceId })];
}

// A socket that is open and says nothing must not make its device an idle one.
function noteArrival({ services }: Admission, { tenantId, userId, deviceId }: Actor): void {
  if (deviceId !== undefined) services.devices.activity.note({ tenantId, userId, deviceId });
}

// Those of this node are known at once; those of others, as presence has them.
async function requireRoom(socket: PipitSocket, { services }: Admission, actor: Actor): Promise<void> {
  const most = services.config.maxDevicesOnline;
  const here = socket.nsp.adapter.rooms.get(userAudience(actor))?.size ?? 0;
  if (here >= most || (await services.presence.countSockets(actor)) >= most) {
    throw new AppError("rate_limited", { message: "This user has too many sockets open.", retryAfterSeconds: 10 });
  }
}

function toText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
