/** The queries on messages, and on media to be opened once, whose time has come. */
import { sql } from "kysely";
import type { Reader, Writer } from "../../context.ts";

type Place = { roomId: string; sequence: number };

/** A message that is to disappear, or one whose medium is to end. */
export type Due = Place & { tenantId: string; at: Date };

export type DueUse = Due & { uploadId: string };

/** Messages whose time has come by `now`, the earliest first, from after one of them on. */
export async function findDue(db: Reader, now: Date, after: Due | undefined, limit: number): Promise<Due[]> {
  const isLater = after
    ? sql`(m.expires_at, m.room_id, m.sequence) > (${after.at}::timestamptz, ${after.roomId}::uuid, ${after.sequence}::bigint)`
    : sql`true`;
  const { rows } = await sql<Due>`
    select m.room_id as "roomId", m.sequence, r.tenant_id as "tenantId", m.expires_at as at
    from messages m join rooms r on r.id = m.room_id
    where m.expires_at <= ${now} and m.deleted_at is null and ${isLater}
    order by m.expires_at, m.room_id, m.sequence limit ${limit}`.execute(db);
  return rows;
}

/** Those of the messages of a locked room whose time has come and that are not deleted yet, in order. */
export async function findMortal(
  tx: Writer,
  roomId: string,
  sequences: readonly number[],
  now: Date,
): Promise<{ sequence: number; upload_id: string | null }[]> {
  return tx
    .selectFrom("messages")
    .select(["sequence", "upload_id"])
    .where("room_id", "=", roomId)
    .where(sql<boolean>`sequence = any(${sequences}::bigint[])`)
    .where("expires_at", "<=", now)
    .where("deleted_at", "is", null)
    .orderBy("sequence")
    .limit(sequences.length)
    .execute();
}

/** Messages whose medium is to end by `now`, the earliest first, from after one of them on. */
export async function findDueUses(db: Reader, now: Date, after: DueUse | undefined, limit: number): Promise<DueUse[]> {
  const isLater = after
    ? sql`(u.ends_at, u.room_id, u.sequence) > (${after.at}::timestamptz, ${after.roomId}::uuid, ${after.sequence}::bigint)`
    : sql`true`;
  const { rows } = await sql<DueUse>`
    select u.room_id as "roomId", u.sequence, u.upload_id as "uploadId", r.tenant_id as "tenantId", u.ends_at as at
    from media_uses u join rooms r on r.id = u.room_id
    where u.ends_at <= ${now} and ${isLater}
    order by u.ends_at, u.room_id, u.sequence limit ${limit}`.execute(db);
  return rows;
}

/** When the medium of a message in a locked room leaves it; undefined if it has. */
export async function findEnd(tx: Writer, place: Place, uploadId: string): Promise<Date | undefined> {
  const row = await tx
    .selectFrom("media_uses")
    .select("ends_at")
    .where("upload_id", "=", uploadId)
    .where("room_id", "=", place.roomId)
    .where("sequence", "=", place.sequence)
    .executeTakeFirst();
  return row?.ends_at ?? undefined;
}

/** Whether a user was a member of a room when a message of it was sent. */
export async function isRecipient(tx: Writer, place: Place, userId: string): Promise<boolean> {
  const row = await tx
    .selectFrom("membership_periods")
    .select("user_id")
    .where("room_id", "=", place.roomId)
    .where("user_id", "=", userId)
    .where("from_sequence", "<=", place.sequence)
    .where((eb) => eb.or([eb("to_sequence", "is", null), eb("to_sequence", ">=", place.sequence)]))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Notes that a user has opened a message. @returns false if they had before */
export async function insertOpen(tx: Writer, place: Place, userId: string, at: Date): Promise<boolean> {
  const result = await tx
    .insertInto("view_once_opens")
    .values({ room_id: place.roomId, sequence: place.sequence, user_id: userId, opened_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}
