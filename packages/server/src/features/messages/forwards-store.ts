/** The queries on where messages were forwarded to. */
import { sql } from "kysely";
import type { Actor, Reader, Writer } from "../../context.ts";
import type { Place } from "./message-id.ts";

/** What a user has sent with a client id to some rooms that they are in. */
export async function findSends(
  db: Reader,
  actor: Actor,
  clientMessageId: string,
  roomIds: readonly string[],
): Promise<{ room_id: string; sequence: number; fingerprint: string }[]> {
  const { rows } = await sql<{ room_id: string; sequence: number; fingerprint: string }>`
    select s.room_id, s.sequence, s.fingerprint from sends s
    join members m on m.room_id = s.room_id and m.user_id = s.sender_id and m.is_member
    join rooms r on r.id = s.room_id and r.closed_at is null
    where s.room_id = any(${roomIds}::uuid[]) and s.sender_id = ${actor.userId} and m.tenant_id = ${actor.tenantId}
      and s.client_message_id = ${clientMessageId} limit ${roomIds.length}`.execute(db);
  return rows;
}

/** `count` is of the messages that were made of it, `known` what it shows. */
export type ForwardsRow = { tenant_id: string; count: number; known: number; is_deleted: boolean };

/** How often a message of a locked room was forwarded; undefined if there is no such message. */
export async function findForwards(tx: Writer, { roomId, sequence }: Place): Promise<ForwardsRow | undefined> {
  const { rows } = await sql<ForwardsRow>`
    select r.tenant_id, m.forwarded_count as known, m.deleted_at is not null as is_deleted,
      (select count(*)::integer from forwards f where f.source_room_id = ${roomId} and f.source_sequence = ${sequence})
        as count
    from messages m join rooms r on r.id = m.room_id
    where m.room_id = ${roomId} and m.sequence = ${sequence}`.execute(tx);
  return rows[0];
}

export async function saveForwardedCount(tx: Writer, place: Place, count: number, change: number): Promise<void> {
  await tx
    .updateTable("messages")
    .set({ forwarded_count: count, change })
    .where("room_id", "=", place.roomId)
    .where("sequence", "=", place.sequence)
    .execute();
}
