/** Makes a member an admin or a plain member, or hands over ownership. */
import type { Member, MemberRole } from "@pipit/protocol/models/room";
import { AppError } from "../../app-error.ts";
import type { Handler } from "../../context.ts";
import { accessRoomForWrite, changeRoom, type MembershipRow } from "../rooms/rooms-access.ts";
import { canGovern, requireAllowed } from "../rooms/rooms-policy-access.ts";
import { changeRole } from "./change-role.ts";
import { findMember } from "./members-store.ts";

export const setRole: Handler<"members.setRole"> = (ctx, input) =>
  changeRoom(ctx, input.room_id, async (tx, announce) => {
    const room = await accessRoomForWrite(ctx, tx, input.room_id);
    requireAllowed(canGovern(room), "Only admins may change roles.");
    const target = await findMember(tx, room.id, input.user_id);
    if (!target?.is_member) throw new AppError("not_found", { message: "There is no such member." });
    if (target.role === input.role) return target;
    requireMayTurn(room, target, input.role);
    if (input.role === "owner") await changeRole(ctx, tx, announce, room.id, ctx.actor.userId, "admin");
    return changeRole(ctx, tx, announce, room.id, target.user_id, input.role);
  });

function requireMayTurn(room: MembershipRow, target: Member, role: MemberRole): void {
  requireAllowed(target.role !== "owner", "An owner hands ownership over by making another the owner.");
  requireAllowed(role !== "owner" || room.role === "owner", "Only the owner may hand over ownership.");
}
