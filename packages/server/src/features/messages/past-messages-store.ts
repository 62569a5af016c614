/**
 * The queries that read messages as they were at a change of their room, for one who left it by that change
 * (docs/spec.md F2, docs/adr/0013).
 */
import { type RawBuilder, sql } from "kysely";
import type { Reader } from "../../context.ts";
import type { Departure } from "../departures/departures-access.ts";
import { type MessageRow, notHidden, type Quoted, type Range } from "./messages-store.ts";

/** Rows that one who has left may still read, by sequence. */
export async function findPastRows(
  db: Reader,
  departure: Departure,
  userId: string,
  range: Omit<Range, "changedAfter">,
  order: "up" | "down",
  limit: number,
): Promise<MessageRow[]> {
  const conditions = [
    sql`m.sequence between ${departure.first_sequence} and ${departure.last_sequence}`,
    notHidden(userId),
    ...(range.after === undefined ? [] : [sql`m.sequence > ${range.after}`]),
    ...(range.before === undefined ? [] : [sql`m.sequence < ${range.before}`]),
  ];
  return selectPast(db, departure, sql.join(conditions, sql` and `), order, limit);
}

/** What messages of the room said that rows reply to, by sequence: a preview shows it whatever its reader can see (M4). */
export async function findPastQuotes(
  db: Reader,
  departure: Departure,
  rows: readonly MessageRow[],
): Promise<Map<number, Quoted>> {
  const sequences = rows.flatMap((row) => row.reply_to ?? []);
  if (sequences.length === 0) return new Map();
  const isQuoted = sql`m.sequence = any(${sequences}::bigint[])`;
  const quoted = await selectPast(db, departure, isQuoted, "up", sequences.length);
  return new Map(quoted.map((row) => [row.sequence, { ...row, is_deleted: row.deleted_at !== null }]));
}

/**
 * What was replaced by a later change is what was there kept. One statement, since a deletion between two would take the
 * revisions away and leave the text of a later edit. An edit that a node of the version before has made beside this one has
 * no change: of that, the time decides, and whom the message mentioned is not known.
 */
async function selectPast(
  db: Reader,
  departure: Departure,
  condition: RawBuilder<unknown>,
  order: "up" | "down",
  limit: number,
): Promise<MessageRow[]> {
  const isLater = sql`
    case when e.change is null then e.replaced_at > ${departure.left_at} else e.change > ${departure.change} end`;
  const { rows } = await sql<MessageRow>`
    select m.room_id, m.sequence, ${departure.change}::bigint as change, m.sender_id, m.client_message_id,
      m.message_type, coalesce(kept.content, m.content) as content, m.reply_to,
      coalesce(kept.meta_data, m.meta_data - case when kept.revision is not null then '{mentions,mentions_all}'::text[]
        else '{}' end) as meta_data, m.upload_id, m.forwarded_from, 0 as forwarded_count,
      m.expires_at, m.is_view_once, m.is_withheld,
      (
        select max(e.replaced_at) from message_edits e
        where e.room_id = m.room_id and e.sequence = m.sequence and not (${isLater})
      ) as edited_at,
      m.deleted_at, m.created_at, m.updated_at
    from messages m
    left join lateral (
      select e.revision, e.content, e.meta_data from message_edits e
      where e.room_id = m.room_id and e.sequence = m.sequence and ${isLater}
      order by e.revision limit 1
    ) kept on true
    where m.room_id = ${departure.room_id} and ${condition}
    order by m.sequence ${sql.raw(order === "down" ? "desc" : "asc")} limit ${limit}`.execute(db);
  return rows.map((row) => toPast(row, departure));
}

/**
 * A deletion reaches everybody, but not when it was, if that was later; and nothing else tells that a row has changed.
 * Of a tombstone it is no longer known whether it had been edited by then.
 */
function toPast(row: MessageRow, { left_at }: Departure): MessageRow {
  const deletedAt = row.deleted_at && row.deleted_at > left_at ? left_at : row.deleted_at;
  return { ...row, deleted_at: deletedAt, updated_at: deletedAt ?? row.edited_at ?? row.created_at };
}
