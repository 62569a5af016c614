/** The queries on what a new direct room is to each of its two members. */
import { sql } from "kysely";
import type { Writer } from "../../context.ts";
import type { UserKey } from "../../ports/audiences/audiences.ts";

/** What a direct room is to a member: hidden if the other, whom they block, has begun it; or a request. */
export type DirectPlace = {
  user_id: string;
  blocks_peer: boolean;
  blocked_by_peer: boolean;
  is_hidden: boolean;
  is_request: boolean;
};

/**
 * Of a user who begins a room, which is there and has no members yet, and of the other. Both are locked, in the order of
 * their ids, until the transaction ends: who blocks the other, or has other settings, after this finds the room.
 */
export async function findDirectPlaces(tx: Writer, beginner: UserKey, peerId: string): Promise<DirectPlace[]> {
  const { tenantId, userId } = beginner;
  await sql`
    select 1 from users where tenant_id = ${tenantId} and id in (${userId}, ${peerId})
    order by id for share`.execute(tx);
  const { rows } = await sql<DirectPlace>`
    select p.*, p.blocks_peer and p.user_id <> ${userId} as is_hidden from (
      select u.id as user_id,
        exists (select 1 from blocks b where b.tenant_id = u.tenant_id and b.user_id = u.id
          and b.blocked_id in (${userId}, ${peerId})) as blocks_peer,
        exists (select 1 from blocks b where b.tenant_id = u.tenant_id and b.blocked_id = u.id
          and b.user_id in (${userId}, ${peerId})) as blocked_by_peer,
        u.id <> ${userId} and (u.privacy_messages = 'nobody' or u.privacy_messages = 'shared_rooms' and not exists (
          select 1 from members a
          join members b on b.room_id = a.room_id and b.user_id = ${userId} and b.is_member
          join rooms r on r.id = a.room_id and r.closed_at is null
          where a.tenant_id = u.tenant_id and a.user_id = u.id and a.is_member
        )) as is_request
      from users u where u.tenant_id = ${tenantId} and u.id in (${userId}, ${peerId})
    ) p order by p.user_id`.execute(tx);
  return rows;
}

/** Writes down what is not as in most rooms. */
export async function saveDirectPlaces(tx: Writer, roomId: string, places: readonly DirectPlace[]): Promise<void> {
  for (const { user_id, ...place } of places) {
    if (!Object.values(place).includes(true)) continue;
    await tx.updateTable("members").set(place).where("room_id", "=", roomId).where("user_id", "=", user_id).execute();
  }
}
