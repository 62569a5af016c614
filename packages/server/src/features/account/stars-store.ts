/** The queries on stars. A star that was taken off stays as a row, for devices that have yet to hear of it. */
import { sql } from "kysely";
import type { Actor, Reader, Writer } from "../../context.ts";
import type { Place } from "../messages/messages-access.ts";

/** A message's star: whether it is on, and the account change that last moved it. */
export type StarRow = { is_starred: boolean; account_change: number };

export function findStar(db: Reader, place: Place, userId: string): Promise<StarRow | undefined> {
  return db
    .selectFrom("stars")
    .select(["is_starred", "account_change"])
    .where("room_id", "=", place.roomId)
    .where("sequence", "=", place.sequence)
    .where("user_id", "=", userId)
    .executeTakeFirst();
}

/** Puts a star on or takes it off, in a locked room. */
export async function saveStar(tx: Writer, actor: Actor, place: Place, star: StarRow & { at: Date }): Promise<void> {
  const moved = { is_starred: star.is_starred, starred_at: star.at, account_change: star.account_change };
  await tx
    .insertInto("stars")
    .values({
      room_id: place.roomId,
      sequence: place.sequence,
      user_id: actor.userId,
      tenant_id: actor.tenantId,
      ...moved,
    })
    .onConflict((conflict) => conflict.columns(["room_id", "sequence", "user_id"]).doUpdateSet(moved))
    .execute();
}

/** Where a star stands in the list: the newest first, and of one moment by place. */
type StarKey = { at: string; room: string; sequence: number };

export type ListedStar = { room_id: string; sequence: number; starred_at: Date };

/** Which stars: of one room or of all, behind a place in the list or after a number of them. */
export type StarFilter = { roomId: string | undefined; behind: StarKey | undefined; skip: number };

/** Stars on messages that the user may see: those of rooms that they are a member of. */
export async function listStars(db: Reader, actor: Actor, filter: StarFilter, limit: number): Promise<ListedStar[]> {
  const { behind } = filter;
  const isBehind = behind
    ? sql`(s.starred_at, s.room_id, s.sequence) < (${behind.at}::timestamptz, ${behind.room}::uuid, ${behind.sequence})`
    : sql`true`;
  const { rows } = await sql<ListedStar>`
    select s.room_id, s.sequence, s.starred_at from ${visibleStars(actor, filter.roomId)} and ${isBehind}
    order by s.starred_at desc, s.room_id desc, s.sequence desc limit ${limit} offset ${filter.skip}`.execute(db);
  return rows;
}

export async function countStars(db: Reader, actor: Actor, roomId: string | undefined): Promise<number> {
  const { rows } = await sql<{ total: number }>`
    select count(*) as total from ${visibleStars(actor, roomId)}`.execute(db);
  return rows[0]?.total ?? 0;
}

function visibleStars(actor: Actor, roomId: string | undefined) {
  return sql`stars s
    join members m on m.room_id = s.room_id and m.user_id = s.user_id and m.is_member and m.first_visible <= s.sequence
    join rooms r on r.id = s.room_id and r.closed_at is null
    where s.tenant_id = ${actor.tenantId} and s.user_id = ${actor.userId} and s.is_starred
      and ${roomId === undefined ? sql`true` : sql`s.room_id = ${roomId}`}`;
}
