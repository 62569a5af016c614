/** Invites a user to a room. */
import type { Handler } from "../../context.ts";
import { findMember } from "../members/members-access.ts";
import { accessRoomForWrite, changeRoom } from "../rooms/rooms-access.ts";
import { canAdd, requireAllowed } from "../rooms/rooms-policy-access.ts";
import { accessUser } from "../users/users-access.ts";
import { findInvitation } from "./invitations-store.ts";
import { inviteUsers, toInvitation } from "./invite-users-access.ts";

export const inviteUser: Handler<"invitations.create"> = (ctx, input) =>
  changeRoom(ctx, input.room_id, async (tx, announce) => {
    const room = await accessRoomForWrite(ctx, tx, input.room_id);
    requireAllowed(canAdd(room), "Your role may not invite people to this room.");
    const user = await accessUser(ctx, input.user_id, tx);
    const member = await findMember(tx, room.id, user.id);
    if (member?.is_member) return toInvitation(room, toAccepted(member, ctx.actor.userId));
    await inviteUsers(ctx, tx, announce, room, [user.id]);
    const row = await findInvitation(tx, room.id, user.id);
    if (!row) throw new Error(`there is no invitation of ${user.id} to room ${room.id}`);
    return toInvitation(room, row);
  });

// There is none any more; to invite a member again changes nothing, and is answered as if there were.
function toAccepted(member: { user_id: string; joined_at: string }, invitedBy: string) {
  return { user_id: member.user_id, invited_by: invitedBy, invited_at: new Date(member.joined_at) };
}
