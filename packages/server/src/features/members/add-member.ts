/** Adds a user to a room. */
import { AppError } from "../../app-error.ts";
import type { Handler } from "../../context.ts";
import { appendSystemMessage } from "../messages/messages-access.ts";
import { accessRoomForWrite, changeRoom, nextChange, viewRoomOf } from "../rooms/rooms-access.ts";
import { canAdd, requireAllowed } from "../rooms/rooms-policy-access.ts";
import { accessUser } from "../users/users-access.ts";
import { findMember, insertMember, requireMember } from "./members-store.ts";

export const addMember: Handler<"members.add"> = (ctx, input) =>
  changeRoom(ctx, input.room_id, async (tx, announce) => {
    const room = await accessRoomForWrite(ctx, tx, input.room_id);
    requireAllowed(canAdd(room), "Your role may not add people to this room.");
    const user = await accessUser(ctx, input.user_id, tx);
    const existing = await findMember(tx, room.id, user.id);
    if (existing?.is_member) return existing;
    if (room.member_count >= ctx.config.maxGroupMembers) {
      throw new AppError("conflict", { message: `The room has ${room.member_count} members, which is the most.` });
    }
    const key = { tenantId: ctx.actor.tenantId, userId: user.id };
    const change = await nextChange(tx, room.id);
    await insertMember(tx, { ...key, roomId: room.id, at: ctx.clock.now(), change });
    const message = await appendSystemMessage(ctx, tx, room.id, { kind: "member_added", user_ids: [user.id] });
    const member = await requireMember(tx, room.id, user.id);
    const view = await viewRoomOf({ ...ctx, db: tx }, { ...ctx.actor, userId: user.id }, room.id);
    announce((audiences) => {
      audiences.joinRoom(key, room.id);
      audiences.toUser(key, "room:created", { ...view, room_id: room.id, change });
      audiences.toRoom(
        room.id,
        "group:joined",
        { room_id: room.id, user_id: user.id, change, member },
        ctx.actor.socketId,
      );
      audiences.toRoom(room.id, "message:receive", message);
    });
    return member;
  });
