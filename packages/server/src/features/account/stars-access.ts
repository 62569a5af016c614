/** What messages ask of stars. */
import { sql } from "kysely";
import type { Reader, Writer } from "../../context.ts";

type Place = { roomId: string; sequence: number };

/** Of the messages, those that have the user's star, in no order. */
export async function findStarred(
  db: Reader,
  userId: string,
  rows: readonly { room_id: string; sequence: number }[],
): Promise<{ room_id: string; sequence: number }[]> {
  const rooms = rows.map((row) => row.room_id);
  const sequences = rows.map((row) => row.sequence);
  const { rows: found } = await sql<{ room_id: string; sequence: number }>`
    select s.room_id, s.sequence from unnest(${rooms}::uuid[], ${sequences}::bigint[]) as x (room_id, sequence)
    join stars s on s.room_id = x.room_id and s.sequence = x.sequence and s.user_id = ${userId}
    where s.is_starred`.execute(db);
  return found;
}

export type TakenOff = { user_id: string; sequence: number; account_change: number };

/**
 * Takes everyone's stars off messages of a locked room that become tombstones, each by an account change of its user: to
 * see the tombstone would not do for a device that reloads the room and is not brought it (A4). The users are locked in
 * the order of their ids, so this comes once in a transaction, and before media are dropped.
 * @returns the stars that were on, with the account changes that took them off
 */
export async function takeStarsOff(
  tx: Writer,
  room: { id: string; tenantId: string },
  sequences: readonly number[],
): Promise<TakenOff[]> {
  const starred = sql`room_id = ${room.id} and sequence = any(${sequences}::bigint[]) and is_starred`;
  const { rows: users } = await sql<{ id: string }>`
    select u.id from users u
    where u.tenant_id = ${room.tenantId} and u.id in (select user_id from stars where ${starred})
    order by u.id for no key update`.execute(tx);
  if (users.length === 0) return [];
  const { rows } = await sql<TakenOff>`
    with due as (
      select user_id, sequence, row_number() over (partition by user_id order by sequence) as n,
        count(*) over (partition by user_id) as total
      from stars where ${starred}
    ), counted as (
      update users u set account_change = u.account_change + d.total from due d
      where u.tenant_id = ${room.tenantId} and u.id = d.user_id and d.n = 1
      returning u.id, u.account_change
    )
    update stars s set is_starred = false, account_change = c.account_change - d.total + d.n
    from due d join counted c on c.id = d.user_id
    where s.room_id = ${room.id} and s.sequence = d.sequence and s.user_id = d.user_id
    returning s.user_id, s.sequence, s.account_change`.execute(tx);
  return rows;
}

/** Takes a user's star off a message that they hide (A4). */
export async function dropStar(tx: Writer, place: Place, userId: string): Promise<void> {
  await tx
    .deleteFrom("stars")
    .where("room_id", "=", place.roomId)
    .where("sequence", "=", place.sequence)
    .where("user_id", "=", userId)
    .execute();
}
