/** Leaves a room. A room always has an owner; the last to leave closes it. */
import type { Context, Handler, Writer } from "../../context.ts";
import type { Announce } from "../../db/transact.ts";
import { appendSystemMessage } from "../messages/messages-access.ts";
import { closeRoom } from "../rooms/close-room-access.ts";
import { accessRoomForWrite, type MembershipRow, nextChange } from "../rooms/rooms-access.ts";
import { requireAllowed } from "../rooms/rooms-policy-access.ts";
import { changeRole } from "./change-role.ts";
import { endMembershipIn } from "./end-membership.ts";
import { endMembership, findSuccessor, requireMember } from "./members-store.ts";

export const leaveRoom: Handler<"groups.leave"> = (ctx, input) =>
  endMembershipIn(ctx, input.room_id, async (tx, announce) => {
    const room = await accessRoomForWrite(ctx, tx, input.room_id);
    requireAllowed(room.type !== "direct", "A direct room can't be left.");
    const successor = await findSuccessor(tx, room.id, ctx.actor.userId);
    const at = ctx.clock.now().toISOString();
    if (successor === undefined) await endRoom(ctx, tx, announce, room, at);
    else await endPlace(ctx, tx, announce, room, successor, at);
    return { userId: ctx.actor.userId, value: { success: true as const, room_id: room.id, left_at: at } };
  });

async function endRoom(ctx: Context, tx: Writer, announce: Announce, room: MembershipRow, at: string): Promise<void> {
  const ended = await endOwn(ctx, tx, room, at);
  // Nobody is left in the audience; the leaver's other devices are told here.
  announce((audiences) => audiences.toUser(ctx.actor, "group:left", ended, ctx.actor.socketId));
  await closeRoom(ctx, tx, announce, room.id);
}

async function endPlace(
  ctx: Context,
  tx: Writer,
  announce: Announce,
  room: MembershipRow,
  successor: string,
  at: string,
): Promise<void> {
  const ended = await endOwn(ctx, tx, room, at);
  const fact = { kind: "member_left" as const, user_ids: [ctx.actor.userId] };
  const message = await appendSystemMessage(ctx, tx, room.id, fact);
  announce((audiences) => {
    audiences.toRoom(room.id, "group:left", ended);
    audiences.toUser(ctx.actor, "group:left", ended, ctx.actor.socketId);
    audiences.toRoom(room.id, "message:receive", message);
  });
  if (room.role === "owner") await changeRole(ctx, tx, announce, room.id, successor, "owner");
}

async function endOwn(ctx: Context, tx: Writer, room: MembershipRow, at: string) {
  const { userId } = ctx.actor;
  const change = await nextChange(tx, room.id);
  await endMembership(tx, room.id, userId, { change, at: new Date(at), removedBy: null });
  const member = await requireMember(tx, room.id, userId);
  return { room_id: room.id, user_id: userId, change, member, left_at: at };
}
