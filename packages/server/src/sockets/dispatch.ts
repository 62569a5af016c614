/** Answers an event that a client emitted: by its acknowledgement callback, or else by the reply event. */
import { operations } from "@pipit/protocol/operations";
import { AppError } from "../app-error.ts";
import { failWith } from "../doors/fail-with.ts";
import { operationsByEvent, toLimitKey } from "../doors/run-operation.ts";
import type { PipitSocket } from "./admit-socket.ts";
import { closeIfDone } from "./close-socket.ts";
import { endIfLoggedOut } from "./log-out-sockets.ts";
import type { SocketServerOptions } from "./socket-server.ts";

type Acknowledge = (envelope: unknown) => void;

/** Its own log-out is answered before a socket is closed. */
const logOutEvent = operations["devices.logout"].socket.event;

export async function dispatch(
  socket: PipitSocket,
  options: SocketServerOptions,
  event: string,
  args: unknown[],
): Promise<void> {
  if (socket.data.isLoggedOut) return;
  const isLogOut = event === logOutEvent ? 1 : 0;
  socket.data.running += 1;
  socket.data.loggingOut += isLogOut;
  try {
    await answer(socket, options, event, args);
  } finally {
    socket.data.running -= 1;
    socket.data.loggingOut -= isLogOut;
    closeIfDone(socket);
    endIfLoggedOut(socket);
  }
}

async function answer(
  socket: PipitSocket,
  options: SocketServerOptions,
  event: string,
  args: unknown[],
): Promise<void> {
  const { payload, acknowledge, isWellFormed } = splitArguments(args);
  const target = operationsByEvent.get(event);
  try {
    // What names no operation has no limit of its own, and is counted as a read.
    if (!target || !isWellFormed) await options.limits.take("read", toLimitKey(socket.data.actor));
    if (!target) throw new AppError("invalid_request", { message: "There is no such event." });
    if (!isWellFormed) throw new AppError("invalid_request", { message: "An event takes one object and a callback." });
    const reply = await options.run(target.name, socket.data.actor, payload);
    if (acknowledge) acknowledge({ success: true, ...reply });
    else if (target.door.reply !== null) socket.emit(target.door.reply, target.door.isWholePage ? reply : reply.data);
  } catch (cause) {
    const { tenantId, userId } = socket.data.actor;
    const where = { operation: target?.name ?? "unknown", tenant_id: tenantId, user_id: userId };
    const { failure } = failWith(options.services.log, cause, where);
    const { success: _, ...bare } = failure;
    if (acknowledge) acknowledge(failure);
    else socket.emit(target?.door.error ?? "request:error", bare);
  }
}

// An acknowledgement callback is the last argument, if there is one; before it there is at most one object.
function splitArguments(args: unknown[]): {
  payload: unknown;
  acknowledge: Acknowledge | undefined;
  isWellFormed: boolean;
} {
  const last = args.at(-1);
  const acknowledge = typeof last === "function" ? (last as Acknowledge) : undefined;
  const values = acknowledge ? args.slice(0, -1) : args;
  const [payload] = values;
  const isObject =
    payload === undefined || payload === null || (typeof payload === "object" && !Array.isArray(payload));
  return { payload, acknowledge, isWellFormed: values.length <= 1 && isObject };
}
