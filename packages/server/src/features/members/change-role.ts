/** Gives a member another role, in a locked room whose rules have been checked. */
import type { Member, MemberRole } from "@pipit/protocol/models/room";
import type { Context, Writer } from "../../context.ts";
import type { Announce } from "../../db/transact.ts";
import { appendSystemMessage } from "../messages/messages-access.ts";
import { nextChange } from "../rooms/rooms-access.ts";
import { requireMember, updateRole } from "./members-store.ts";

export async function changeRole(
  ctx: Context,
  tx: Writer,
  announce: Announce,
  roomId: string,
  userId: string,
  role: MemberRole,
): Promise<Member> {
  await updateRole(tx, roomId, userId, role, await nextChange(tx, roomId));
  const message = await appendSystemMessage(ctx, tx, roomId, { kind: "role_changed", user_ids: [userId], role });
  const member = await requireMember(tx, roomId, userId);
  announce((audiences) => {
    audiences.toRoom(roomId, "member:updated", member);
    audiences.toRoom(roomId, "message:receive", message);
  });
  return member;
}
