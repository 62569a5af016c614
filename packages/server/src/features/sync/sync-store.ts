/** The queries that only sync needs. */
import type { Watermarks } from "@pipit/protocol/models/receipt";
import { sql } from "kysely";
import type { Actor, Reader } from "../../context.ts";

/** Watermarks of present members that moved after `change`, least moved first: of others, as far as they share them. */
export async function findMovedWatermarks(
  db: Reader,
  roomId: string,
  viewerId: string,
  change: number,
  limit: number,
): Promise<Watermarks[]> {
  return db
    .selectFrom("members")
    .select(["room_id", "user_id", "receipt_change as change"])
    .select([
      sql<number>`case user_id when ${viewerId} then greatest(delivered_sequence, read_sequence)
        else delivered_sequence end`.as("delivered_sequence"),
      sql<number>`case user_id when ${viewerId} then read_sequence else shared_read_sequence end`.as("read_sequence"),
    ])
    .where("room_id", "=", roomId)
    .where("is_member", "=", true)
    .where("receipt_change", ">", change)
    .orderBy("receipt_change")
    .orderBy("user_id")
    .limit(limit)
    .execute();
}

/** How many messages changed after `change`, counted up to `limit`. */
export async function countChanges(db: Reader, roomId: string, change: number, limit: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (
      select 1 from messages where room_id = ${roomId} and change > ${change} limit ${limit}
    ) changed`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Where the database stands: transactions before `settled` have ended, none from `next` on has begun. */
export type DatabasePosition = {
  settled: string;
  next: string;
  account_change: number;
  /** Since when cursors are good: null if it was never restored. */
  epoch: number | null;
  at: Date;
};

export async function findPosition(db: Reader, actor: Actor): Promise<DatabasePosition | undefined> {
  const { rows } = await sql<DatabasePosition>`
    select pg_snapshot_xmin(pg_current_snapshot())::text as settled, pg_snapshot_xmax(pg_current_snapshot())::text as next,
      u.account_change, (select max(number) from epochs) as epoch, now() as at
    from users u where u.tenant_id = ${actor.tenantId} and u.id = ${actor.userId}`.execute(db);
  return rows[0];
}

/** Rooms that ended for the user, by leaving, removal or closing, in transactions from `since` on. */
export async function findEndedRooms(db: Reader, actor: Actor, since: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select r.id from members m join rooms r on r.id = m.room_id
    where m.tenant_id = ${actor.tenantId} and m.user_id = ${actor.userId} and (
      (not m.is_member and m.membership_xid >= ${since}::xid8)
      or (m.is_member and r.closed_at is not null and r.moved_xid >= ${since}::xid8)
    ) order by r.id limit ${limit}`.execute(db);
  return rows.map((row) => row.id);
}
