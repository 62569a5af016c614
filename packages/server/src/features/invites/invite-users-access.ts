/** What other parts may ask of invitations. */
import type { Invitation } from "@pipit/protocol/models/invite";
import { AppError } from "../../app-error.ts";
import type { Context, Writer } from "../../context.ts";
import type { Announce } from "../../db/transact.ts";
import { countInvitations, type InvitationRow, insertInvitations } from "./invitations-store.ts";

/** So many invitations of a room wait at most. */
const maxInvitations = 100;

type InvitingRoom = { id: string; name: string | null; avatar_url: string | null };

/**
 * Invites users of the caller's tenant, who are not members, to a locked room, and tells them. To be invited again
 * changes nothing.
 * @throws {AppError} `conflict` when too many would wait
 */
export async function inviteUsers(
  ctx: Context,
  tx: Writer,
  announce: Announce,
  room: InvitingRoom,
  userIds: readonly string[],
): Promise<void> {
  if (userIds.length === 0) return;
  const rows = await insertInvitations(tx, ctx.actor, room.id, userIds, ctx.clock.now());
  if ((await countInvitations(tx, room.id)) > maxInvitations) {
    throw new AppError("conflict", { message: `At most ${maxInvitations} invitations of a room wait for an answer.` });
  }
  announce((audiences) => {
    for (const row of rows) {
      if (row.is_withheld) continue;
      const key = { tenantId: row.tenant_id, userId: row.user_id };
      audiences.toUser(key, "group:invited", toInvitation(room, row));
    }
  });
}

/** An invitation as clients see it. */
export function toInvitation(
  room: InvitingRoom,
  row: Pick<InvitationRow, "user_id" | "invited_by" | "invited_at">,
): Invitation {
  return {
    room_id: room.id,
    room_name: room.name,
    avatar_url: room.avatar_url,
    user_id: row.user_id,
    invited_by: row.invited_by,
    invited_at: row.invited_at.toISOString(),
  };
}
