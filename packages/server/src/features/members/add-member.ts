/** Adds a user to a room. */
import type { Handler } from "../../context.ts";
import { accessRoomForWrite, changeRoom } from "../rooms/rooms-access.ts";
import { canAdd, requireAllowed } from "../rooms/rooms-policy-access.ts";
import { accessUser } from "../users/users-access.ts";
import { requireAddable } from "./addable-access.ts";
import { makeMember } from "./make-member-access.ts";
import { findMember } from "./members-store.ts";

export const addMember: Handler<"members.add"> = (ctx, input) =>
  changeRoom(ctx, input.room_id, async (tx, announce) => {
    const room = await accessRoomForWrite(ctx, tx, input.room_id);
    requireAllowed(canAdd(room), "Your role may not add people to this room.");
    const user = await accessUser(ctx, input.user_id, tx);
    const existing = await findMember(tx, room.id, user.id);
    if (existing?.is_member) return existing;
    await requireAddable(tx, ctx.actor, user.id, room.id);
    return makeMember(ctx, tx, announce, room, { userId: user.id, kind: "member_added", told: ctx.actor.socketId });
  });
