/** Makes a user a member of a room, by whatever way they come into it. */
import type { Member } from "@pipit/protocol/models/room";
import { AppError } from "../../app-error.ts";
import type { Context, Writer } from "../../context.ts";
import type { Announce } from "../../db/transact.ts";
import { endWaiting } from "../invites/waiting-access.ts";
import { appendSystemMessage } from "../messages/messages-access.ts";
import { nextChange, viewRoomOf } from "../rooms/rooms-access.ts";
import { insertMember, requireMember } from "./members-store.ts";

/** `told` is the socket whose reply says that they joined: it is not told again. */
type Joining = { userId: string; kind: "member_added" | "member_joined"; told?: string | undefined };

/**
 * In a locked room of which they are not a member. What waited for them there (an invitation, a request) ends with it.
 * @throws {AppError} `conflict` when the room is full
 */
export async function makeMember(
  ctx: Context,
  tx: Writer,
  announce: Announce,
  room: { id: string; member_count: number },
  { userId, kind, told }: Joining,
): Promise<Member> {
  if (room.member_count >= ctx.config.maxGroupMembers) {
    throw new AppError("conflict", { message: `The room has ${room.member_count} members, which is the most.` });
  }
  const key = { tenantId: ctx.actor.tenantId, userId };
  const change = await nextChange(tx, room.id);
  await insertMember(tx, { ...key, roomId: room.id, at: ctx.clock.now(), change });
  await endWaiting(tx, room.id, userId);
  const message = await appendSystemMessage(ctx, tx, room.id, { kind, user_ids: [userId] });
  const member = await requireMember(tx, room.id, userId);
  const view = await viewRoomOf({ ...ctx, db: tx }, { ...ctx.actor, userId }, room.id);
  announce((audiences) => {
    audiences.joinRoom(key, room.id);
    audiences.toUser(key, "room:created", { ...view, room_id: room.id, change });
    audiences.toRoom(room.id, "group:joined", { room_id: room.id, user_id: userId, change, member }, told);
    audiences.toRoom(room.id, "message:receive", message);
  });
  return member;
}
