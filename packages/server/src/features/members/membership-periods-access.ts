/**
 * Who was a member of a room at which of its messages. Kept in the transactions that begin and end memberships, in the
 * locked room, and by sequence: so a message's recipients are those whose period includes it (docs/spec.md M11).
 */
import { sql } from "kysely";
import type { Writer } from "../../context.ts";

/** From the next message on, they are members. */
export async function beginPeriods(tx: Writer, roomId: string, userIds: readonly string[]): Promise<void> {
  await sql`
    insert into membership_periods (room_id, user_id, from_sequence)
    select r.id, x.user_id, r.last_sequence + 1 from rooms r, unnest(${userIds}::text[]) as x (user_id)
    where r.id = ${roomId}
    on conflict (room_id, user_id, from_sequence) do update set to_sequence = null`.execute(tx);
}

/** How a membership ended: by which change of the room, when, and by whom, if not by the user. */
export type MembershipEnd = { change: number; at: Date; removedBy: string | null };

/** The last message that there is was a user's last one. They may read on what they can see now (F1). */
export async function endPeriod(tx: Writer, roomId: string, userId: string, end: MembershipEnd): Promise<void> {
  await sql`
    update membership_periods p set to_sequence = r.last_sequence, tenant_id = r.tenant_id, left_at = ${end.at},
      left_change = ${end.change}, removed_by = ${end.removedBy}, room_name = r.name
    from rooms r
    where r.id = p.room_id and p.room_id = ${roomId} and p.to_sequence is null and p.user_id = ${userId}`.execute(tx);
}

/** The last message that there is was everyone's last one. */
export async function endPeriods(tx: Writer, roomId: string): Promise<void> {
  await sql`
    update membership_periods p set to_sequence = r.last_sequence from rooms r
    where r.id = p.room_id and p.room_id = ${roomId} and p.to_sequence is null`.execute(tx);
}

/** Ends what those who have gone may still read of a locked room. @param userId who it is; everyone when not given */
export async function forgetDepartures(tx: Writer, roomId: string, userId?: string): Promise<void> {
  await sql`
    update membership_periods set left_at = null, left_change = null, removed_by = null, room_name = null
    where room_id = ${roomId} and left_at is not null
      and ${userId === undefined ? sql`true` : sql`user_id = ${userId}`}`.execute(tx);
}
