/** Answers an event that a client emitted: by its acknowledgement callback, or else by the reply event. */
import { operations } from "@pipit/protocol/operations";
import { AppError } from "../app-error.ts";
import { failWith } from "../doors/fail-with.ts";
import { operationsByEvent, type Reply, toLimitKey } from "../doors/run-operation.ts";
import type { PipitSocket } from "./admit-socket.ts";
import { closeIfDone } from "./close-socket.ts";
import { endIfLoggedOut } from "./log-out-sockets.ts";
import type { SocketServerOptions } from "./socket-server.ts";

type Acknowledge = (envelope: unknown) => void;
type Target = NonNullable<ReturnType<(typeof operationsByEvent)["get"]>>;

/** Its own log-out is answered before a socket is closed. */
const logOutEvent = operations["devices.logout"].socket.event;

/** Answers all that a socket emits. As a middleware that lets nothing pass: Socket.IO's way to listeners costs a tick. */
export function answerEvents(socket: PipitSocket, options: SocketServerOptions): void {
  socket.use((event) => {
    answer(socket, options, event).catch((error) =>
      options.services.log.error({ err: error, event: event[0] }, "a reply could not be sent"),
    );
  });
}

/**
 * One function for all of it: a message waits in it for its commit, and whatever else it waited in would be kept, moved
 * about and collected as well.
 * @param event its name, what was sent along, and the callback if there is one
 */
async function answer(socket: PipitSocket, options: SocketServerOptions, event: unknown[]): Promise<void> {
  const { data } = socket;
  if (data.isLoggedOut) return;
  const target = operationsByEvent.get(event[0] as string);
  const acknowledge = findAcknowledge(event);
  const isLogOut = event[0] === logOutEvent ? 1 : 0;
  data.running += 1;
  data.loggingOut += isLogOut;
  try {
    const payload = event[1] === acknowledge ? undefined : event[1];
    const isWellFormed = event.length <= (acknowledge ? 3 : 2) && isObject(payload);
    // What names no operation has no limit of its own, and is counted as a read.
    if (!target || !isWellFormed) await options.limits.take("read", toLimitKey(data.actor));
    if (!target) throw new AppError("invalid_request", { message: "There is no such event." });
    if (!isWellFormed) throw new AppError("invalid_request", { message: "An event takes one object and a callback." });
    reply(socket, target, acknowledge, await options.run(target.name, data.actor, payload));
  } catch (cause) {
    fail(socket, options, target, acknowledge, cause);
  } finally {
    data.running -= 1;
    data.loggingOut -= isLogOut;
    closeIfDone(socket);
    endIfLoggedOut(socket);
  }
}

function reply(socket: PipitSocket, { door }: Target, acknowledge: Acknowledge | undefined, given: Reply): void {
  if (acknowledge) acknowledge({ success: true, ...given });
  else if (door.reply !== null) socket.emit(door.reply, door.isWholePage ? given : given.data);
}

function fail(
  socket: PipitSocket,
  { services }: SocketServerOptions,
  target: Target | undefined,
  acknowledge: Acknowledge | undefined,
  cause: unknown,
): void {
  const { tenantId, userId } = socket.data.actor;
  const where = { operation: target?.name ?? "unknown", tenant_id: tenantId, user_id: userId };
  const { failure } = failWith(services.log, cause, where);
  const { success: _, ...bare } = failure;
  if (acknowledge) acknowledge(failure);
  else socket.emit(target?.door.error ?? "request:error", bare);
}

// An acknowledgement callback is the last argument, if there is one; before it there is at most one object.
function findAcknowledge(event: unknown[]): Acknowledge | undefined {
  const last = event[event.length - 1];
  return typeof last === "function" ? (last as Acknowledge) : undefined;
}

function isObject(payload: unknown): boolean {
  return payload === undefined || payload === null || (typeof payload === "object" && !Array.isArray(payload));
}
