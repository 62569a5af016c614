/** The queries that bring archived rooms back to members. */
import { sql } from "kysely";
import type { Reader, Writer } from "../../context.ts";
import { type PreferencesRow, preferenceNames } from "./preferences-store.ts";

/** Messages of a room, from one sequence to another. */
export type Span = { room: string; first: number; last: number };

// A message brings a room back to a member who had archived it by then, can see it and did not send it, and who wants to
// have it back by any message, or by one that mentions them or answers one of theirs.
const isCalled = sql`exists (select 1 from mentions c
    where c.room_id = x.room_id and c.user_id in (m.user_id, '*') and c.sequence = x.sequence)
  or exists (select 1 from messages q where q.room_id = x.room_id and q.sequence = x.reply_to
    and q.sender_id = m.user_id and q.message_type <> 'system')`;

const returning = (spans: readonly Span[]) => sql`
  unnest(${spans.map((span) => span.room)}::uuid[], ${spans.map((span) => span.first)}::bigint[],
    ${spans.map((span) => span.last)}::bigint[]) as g (room_id, first, last)
  join rooms r on r.id = g.room_id and r.closed_at is null
  join members m on m.room_id = r.id and m.is_archived and m.is_member
  join users u on u.tenant_id = m.tenant_id and u.id = m.user_id and u.unarchive_on <> 'never'
  where exists (
    select 1 from messages x
    where x.room_id = m.room_id and x.sequence <= g.last
      and x.sequence >= greatest(g.first, m.archived_sequence + 1, m.first_visible)
      and x.sender_id <> m.user_id and x.message_type <> 'system' and x.deleted_at is null
      and not exists (select 1 from hidden_messages h
        where h.room_id = x.room_id and h.user_id = m.user_id and h.sequence = x.sequence)
      and (u.unarchive_on = 'message' or ${isCalled})
  )`;

/** Those of the rooms that come back to somebody. */
export async function findReturning(db: Reader, spans: readonly Span[]): Promise<Span[]> {
  const { rows } = await sql<Span>`
    select distinct g.room_id as room, g.first, g.last from ${returning(spans)} order by 1, 2, 3`.execute(db);
  return rows;
}

/** A member whom a room has come back to, and their preferences of it. */
export type Returned = PreferencesRow & { tenant_id: string; user_id: string };

const returned = sql.raw(preferenceNames.map((column) => `m.${column}`).join(", "));

/** Takes a locked room out of its members' archives, each by an account change of its user; of at most `limit` members. */
export async function bringBack(tx: Writer, span: Span, limit: number): Promise<Returned[]> {
  // The users are locked in the order of their ids, as wherever several are.
  const { rows: users } = await sql<{ tenant_id: string; id: string }>`
    select u.tenant_id, u.id from ${returning([span])} order by u.id limit ${limit} for no key update of u`.execute(tx);
  const [first] = users;
  if (!first) return [];
  const { rows } = await sql<Returned>`
    with counted as (
      update users set account_change = account_change + 1
      where tenant_id = ${first.tenant_id} and id = any(${users.map((user) => user.id)}::text[])
      returning id, account_change
    )
    update members m set is_archived = false, preferences_change = c.account_change from counted c
    where m.room_id = ${span.room} and m.user_id = c.id
    returning m.room_id, m.tenant_id, m.user_id, ${returned}, m.preferences_change as account_change`.execute(tx);
  return rows;
}
