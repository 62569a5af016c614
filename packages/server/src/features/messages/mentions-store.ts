/** The queries on who is mentioned where. */
import { sql } from "kysely";
import type { Actor, Reader, Writer } from "../../context.ts";
import type { Place } from "./message-id.ts";
import type { PlaceRange } from "./place-pages-access.ts";

/** The user of a mention of all who were members. No user has this id. */
const everyone = "*";

export type MentionRow = { room_id: string; sequence: number; mentioned_at: Date };

const newestFirst = sql`c.mentioned_at desc, c.room_id desc, c.sequence desc`;

// Of others' messages that the user can see, in rooms that they are in; of a mention of all, where they were a member by
// then. Each half reads the newest of an index, no more than are asked for.
const mentionsOf = (actor: Actor, limit: number, isOlder = sql`true`) => sql`
  select * from (select c.room_id, c.sequence, c.mentioned_at
    from mentions c join members m on m.room_id = c.room_id and m.user_id = c.user_id
    join rooms r on r.id = m.room_id
    where c.tenant_id = ${actor.tenantId} and c.user_id = ${actor.userId} and ${isSeen} and ${isOlder}
    order by ${newestFirst} limit ${limit}) own
  union all
  select a.* from members m join rooms r on r.id = m.room_id
  cross join lateral (
    select c.room_id, c.sequence, c.mentioned_at from mentions c
    join membership_periods p on p.room_id = m.room_id and p.user_id = m.user_id
      and c.sequence between p.from_sequence and coalesce(p.to_sequence, c.sequence)
    where c.room_id = m.room_id and c.user_id = ${everyone} and ${isSeen} and ${isOlder}
    order by c.sequence desc limit ${limit}
  ) a
  where m.tenant_id = ${actor.tenantId} and m.user_id = ${actor.userId} and m.is_member and r.closed_at is null`;

const isSeen = sql`m.is_member and r.closed_at is null and c.sequence >= m.first_visible
  and not exists (select 1 from hidden_messages h
    where h.room_id = c.room_id and h.user_id = m.user_id and h.sequence = c.sequence)
  and not exists (select 1 from messages x
    where x.room_id = c.room_id and x.sequence = c.sequence and x.sender_id = m.user_id)`;

/** Mentions of the user in a range, the newest first. */
export async function findMentions(
  db: Reader,
  actor: Actor,
  { behind, skip }: PlaceRange,
  limit: number,
): Promise<MentionRow[]> {
  const isOlder =
    behind &&
    sql`(c.mentioned_at, c.room_id, c.sequence) < (${behind.at}::timestamptz, ${behind.room}::uuid, ${behind.sequence})`;
  const { rows } = await sql<MentionRow>`
    select * from (${mentionsOf(actor, skip + limit, isOlder)}) found
    order by mentioned_at desc, room_id desc, sequence desc offset ${skip} limit ${limit}`.execute(db);
  return rows;
}

/** More than these are not counted one by one. */
const maxCounted = 1_000;

/** How many there are, up to a thousand. */
export async function countMentions(db: Reader, actor: Actor): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (select 1 from (${mentionsOf(actor, maxCounted)}) found limit ${maxCounted}) counted`.execute(
    db,
  );
  return rows[0]?.count ?? 0;
}

/** Who of these are members of a room, by id; with a sequence, only those who can see the message. */
export async function findMembersAmong(
  db: Reader,
  roomId: string,
  userIds: readonly string[],
  sequence?: number,
): Promise<string[]> {
  if (userIds.length === 0) return [];
  const canSee =
    sequence === undefined
      ? sql`true`
      : sql`m.first_visible <= ${sequence} and not exists (select 1 from hidden_messages h
          where h.room_id = m.room_id and h.user_id = m.user_id and h.sequence = ${sequence})`;
  const { rows } = await sql<{ user_id: string }>`
    select m.user_id from members m where m.room_id = ${roomId} and m.user_id = any(${[...new Set(userIds)]})
      and m.is_member and ${canSee} order by m.user_id limit ${userIds.length}`.execute(db);
  return rows.map((row) => row.user_id);
}

/** Makes these the mentions of a message; with `isAll`, one of everyone. */
export async function saveMentions(
  tx: Writer,
  place: Place,
  mention: { userIds: readonly string[]; isAll: boolean; at: Date; tenantId: string },
): Promise<void> {
  await tx.deleteFrom("mentions").where("room_id", "=", place.roomId).where("sequence", "=", place.sequence).execute();
  const userIds = mention.isAll ? [everyone] : mention.userIds;
  if (userIds.length === 0) return;
  await tx
    .insertInto("mentions")
    .values(
      userIds.map((userId) => ({
        room_id: place.roomId,
        user_id: userId,
        sequence: place.sequence,
        mentioned_at: mention.at,
        tenant_id: mention.tenantId,
      })),
    )
    .execute();
}
