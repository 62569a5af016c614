/** Removes a member from a room. */
import { AppError } from "../../app-error.ts";
import type { Handler } from "../../context.ts";
import { endWaitingOfRemoved } from "../invites/waiting-access.ts";
import { appendSystemMessage } from "../messages/messages-access.ts";
import { accessRoomForWrite, nextChange } from "../rooms/rooms-access.ts";
import { canGovern, requireAllowed } from "../rooms/rooms-policy-access.ts";
import { endMembershipIn } from "./end-membership.ts";
import { endMembership, findMember, requireMember } from "./members-store.ts";

export const removeMember: Handler<"members.remove"> = (ctx, input) =>
  endMembershipIn(ctx, input.room_id, async (tx, announce) => {
    const room = await accessRoomForWrite(ctx, tx, input.room_id);
    requireAllowed(canGovern(room), "Only admins may remove members.");
    const target = await findMember(tx, room.id, input.user_id);
    if (!target?.is_member) throw new AppError("not_found", { message: "There is no such member." });
    requireAllowed(target.role !== "owner", "The owner can't be removed.");
    requireAllowed(target.user_id !== ctx.actor.userId, "To go oneself is to leave.");
    const change = await nextChange(tx, room.id);
    const end = { change, at: ctx.clock.now(), removedBy: ctx.actor.userId };
    await endMembership(tx, room.id, target.user_id, end);
    await endWaitingOfRemoved(tx, room.id, target.user_id);
    const message = await appendSystemMessage(ctx, tx, room.id, { kind: "member_removed", user_ids: [target.user_id] });
    const member = await requireMember(tx, room.id, target.user_id);
    const ended = { room_id: room.id, user_id: target.user_id, change, member, left_at: message.created_at };
    const key = { tenantId: ctx.actor.tenantId, userId: target.user_id };
    announce((audiences) => {
      audiences.toUser(key, "group:removed", { room_id: room.id, removed_by: ctx.actor.userId });
      audiences.toRoom(room.id, "group:left", ended);
      audiences.toRoom(room.id, "message:receive", message);
    });
    return { userId: target.user_id, value: { room_id: room.id, user_id: target.user_id } };
  });
