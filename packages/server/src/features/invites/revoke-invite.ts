/** Ends a link. Requests that came by it still wait. */
import { AppError } from "../../app-error.ts";
import type { Handler } from "../../context.ts";
import { accessRoomForWrite, changeRoom } from "../rooms/rooms-access.ts";
import { canAdd, canGovern, requireAllowed } from "../rooms/rooms-policy-access.ts";
import { findInvite, markRevoked } from "./invites-store.ts";

export const revokeInvite: Handler<"invites.revoke"> = (ctx, input) =>
  changeRoom(ctx, input.room_id, async (tx) => {
    const room = await accessRoomForWrite(ctx, tx, input.room_id);
    requireAllowed(canAdd(room), "Your role may not invite people to this room.");
    const invite = await findInvite(tx, ctx.actor.tenantId, input.code);
    if (invite?.room_id !== room.id) throw new AppError("not_found", { message: "There is no such link." });
    const isOwn = invite.created_by === ctx.actor.userId;
    requireAllowed(isOwn || canGovern(room), "Only admins may end the links of others.");
    await markRevoked(tx, room.id, invite.code, ctx.clock.now());
    return { room_id: room.id, code: invite.code };
  });
