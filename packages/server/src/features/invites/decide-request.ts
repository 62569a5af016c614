/** Lets in one who asked to join a room, or not. */
import { AppError } from "../../app-error.ts";
import type { Handler } from "../../context.ts";
import { makeMember } from "../members/make-member-access.ts";
import { findMember } from "../members/members-access.ts";
import { accessRoomForWrite, changeRoom } from "../rooms/rooms-access.ts";
import { canGovern, requireAllowed } from "../rooms/rooms-policy-access.ts";
import { countUse } from "./invites-store.ts";
import { takeRequest } from "./requests-store.ts";

export const decideRequest: Handler<"joinRequests.decide"> = (ctx, input) =>
  changeRoom(ctx, input.room_id, async (tx, announce) => {
    const { user_id, decision } = input;
    const room = await accessRoomForWrite(ctx, tx, input.room_id);
    requireAllowed(canGovern(room), "Only admins may decide who joins.");
    const decided = { room_id: room.id, user_id, decision };
    const isMember = (await findMember(tx, room.id, user_id))?.is_member === true;
    if (isMember && decision === "approve") return decided;
    const user = { tenantId: ctx.actor.tenantId, userId: user_id };
    const code = await takeRequest(tx, user, room.id);
    if (code === undefined) throw new AppError("not_found", { message: "They do not ask to join." });
    announce((audiences) => audiences.toUser(user, "group:join:decided", { room_id: room.id, decision }));
    if (decision === "deny") return decided;
    // What the link may still do is not looked at again: the admin decides.
    await countUse(tx, room.id, code);
    await makeMember(ctx, tx, announce, room, { userId: user_id, kind: "member_joined" });
    return decided;
  });
