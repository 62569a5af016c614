/** Shows what a link leads to. */
import { AppError } from "../../app-error.ts";
import type { Handler } from "../../context.ts";
import { findOpenRoom } from "../rooms/open-room-access.ts";
import { findInvite, requireWorking } from "./invites-store.ts";

export const previewInvite: Handler<"invites.preview"> = async (ctx, input) => {
  const invite = await findInvite(ctx.db, ctx.actor.tenantId, input.code);
  const room = invite && (await findOpenRoom(ctx.db, ctx.actor, invite.room_id));
  if (!invite || !room) throw new AppError("not_found", { message: "There is no such link." });
  requireWorking(invite, ctx.clock.now());
  return {
    room_id: room.id,
    name: room.name,
    description: room.description,
    avatar_url: room.avatar_url,
    member_count: room.member_count,
    needs_approval: invite.needs_approval,
    is_member: room.joined_at !== null,
  };
};
