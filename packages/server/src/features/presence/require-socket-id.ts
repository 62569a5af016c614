/** The socket that a call came by. */
import type { Context } from "../../context.ts";

/** Of an operation that has no other door than the socket's. @throws if it came by another all the same */
export function requireSocketId(ctx: Context): string {
  const { socketId } = ctx.actor;
  if (socketId === undefined) throw new Error("this operation needs a socket");
  return socketId;
}
