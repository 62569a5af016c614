/** Tells a room that a member writes, or has stopped. */
import type { Input } from "@pipit/protocol/operations";
import { AppError } from "../../app-error.ts";
import type { Context, Handler } from "../../context.ts";
import { parseRoomId } from "../rooms/rooms-access.ts";
import { requireSocketId } from "./require-socket-id.ts";
import type { Typist } from "./typing-tracker.ts";

export const startTyping: Handler<"presence.typing"> = async (ctx, input) => {
  const typist = accessTypist(ctx, input);
  const { typing, load } = ctx.presenceParts;
  if (!load.isHigh()) typing.start(typist);
  return {};
};

export const stopTyping: Handler<"presence.stopTyping"> = async (ctx, input) => {
  ctx.presenceParts.typing.stop(accessTypist(ctx, input));
  return {};
};

/**
 * The caller, if their socket is in the room's audience: it is taken out of it before a removal commits, so that nothing
 * is told after that, and a keystroke costs no query (G9). @throws {AppError} `not_found`
 */
function accessTypist(ctx: Context, input: Input<"presence.typing">): Typist {
  const { tenantId, userId } = ctx.actor;
  const socketId = requireSocketId(ctx);
  const roomId = parseRoomId(input.room_id);
  if (!ctx.audiences.hasJoined(socketId, roomId)) {
    throw new AppError("not_found", { message: "There is no such room." });
  }
  return { user: { tenantId, userId }, socketId, roomId, kind: input.kind };
}
