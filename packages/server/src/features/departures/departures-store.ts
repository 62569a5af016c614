/**
 * The queries on what those who have left a room, or were removed, may still read of it (docs/spec.md F). What is noted of
 * a departure stands in their last membership period: see membership-periods-access.ts.
 */
import type { RoomType } from "@pipit/protocol/models/room";
import { sql } from "kysely";
import type { Reader } from "../../context.ts";

type User = { tenantId: string; userId: string };

/** What somebody may read of a room that they have left: these messages, as they were at that change of the room. */
export type Departure = {
  room_id: string;
  change: number;
  left_at: Date;
  first_sequence: number;
  last_sequence: number;
};

const departuresOf = (user: User) => sql`
  membership_periods p join members m on m.room_id = p.room_id and m.user_id = p.user_id
    join rooms r on r.id = p.room_id and r.closed_at is null
  where p.tenant_id = ${user.tenantId} and p.user_id = ${user.userId} and p.left_at is not null and not m.is_member`;

export async function findDeparture(db: Reader, user: User, roomId: string): Promise<Departure | undefined> {
  const { rows } = await sql<Departure>`
    select p.room_id, p.left_change as change, p.left_at, m.first_visible as first_sequence,
      p.to_sequence as last_sequence
    from ${departuresOf(user)} and p.room_id = ${roomId}`.execute(db);
  return rows[0];
}

export type LeftRoomRow = {
  room_id: string;
  type: RoomType;
  name: string | null;
  left_at: Date;
  removed_by: string | null;
  last_sequence: number;
};

/** The rooms that a user has left, the latest departure first, from before one of them on. */
export async function findLeftRooms(
  db: Reader,
  user: User,
  before: { at: string; id: string } | undefined,
  limit: number,
): Promise<LeftRoomRow[]> {
  const isBefore = before ? sql`(p.left_at, p.room_id) < (${before.at}::timestamptz, ${before.id}::uuid)` : sql`true`;
  const { rows } = await sql<LeftRoomRow>`
    select p.room_id, r.type, p.room_name as name, p.left_at, p.removed_by, p.to_sequence as last_sequence
    from ${departuresOf(user)} and ${isBefore} order by p.left_at desc, p.room_id desc limit ${limit}`.execute(db);
  return rows;
}

/** Ends for good what a user may read of a room that they have left. @returns false if that was nothing */
export async function forgetDeparture(db: Reader, user: User, roomId: string): Promise<boolean> {
  const result = await db
    .updateTable("membership_periods")
    .set({ left_at: null, left_change: null, removed_by: null, room_name: null })
    .where("room_id", "=", roomId)
    .where("user_id", "=", user.userId)
    .where("tenant_id", "=", user.tenantId)
    .where("left_at", "is not", null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Whether a message that the user may still read carries the medium, for more than one look. */
export async function isCarriedInPast(db: Reader, user: User, uploadId: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from media_uses u, lateral (
      select m.first_visible, p.to_sequence from ${departuresOf(user)} and p.room_id = u.room_id
    ) d
    where u.upload_id = ${uploadId} and not u.is_view_once and u.sequence between d.first_visible and d.to_sequence
      and not exists (select 1 from hidden_messages h
        where h.room_id = u.room_id and h.user_id = ${user.userId} and h.sequence = u.sequence)
    limit 1`.execute(db);
  return rows.length === 1;
}
