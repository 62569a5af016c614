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

/** The last message that there is was their last one. @param userId whose period ends; everyone's when not given */
export async function endPeriods(tx: Writer, roomId: string, userId?: string): Promise<void> {
  await sql`
    update membership_periods p set to_sequence = r.last_sequence from rooms r
    where r.id = p.room_id and p.room_id = ${roomId} and p.to_sequence is null
      and ${userId === undefined ? sql`true` : sql`p.user_id = ${userId}`}`.execute(tx);
}
