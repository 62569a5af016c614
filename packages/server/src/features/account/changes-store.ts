/** The query that reads what changed of a user's private state, whichever table it is in. */
import { sql } from "kysely";
import type { Actor, Reader } from "../../context.ts";
import { type PreferencesRow, preferenceNames } from "./preferences-store.ts";

/** A row of private state: a message that was hidden, a star that was put on or taken off, or preferences of a room. */
export type PrivateRow =
  | { kind: "hidden"; room_id: string; sequence: number; account_change: number }
  | { kind: "star"; room_id: string; sequence: number; is_starred: boolean; account_change: number }
  | ({ kind: "preferences" } & PreferencesRow);

/**
 * Rows that changed after one account change and up to another, least recent first. One statement, so that all kinds are
 * of one moment. Rows of rooms that the user is no longer a member of are left out: joining again tells them anew.
 */
export async function findPrivateRows(
  db: Reader,
  actor: Actor,
  range: { after: number; upTo: number },
  limit: number,
): Promise<PrivateRow[]> {
  const isDue = (table: string, column = "account_change") => {
    const of = (name: string) => sql.ref(`${table}.${name}`);
    return sql`${of("tenant_id")} = ${actor.tenantId} and ${of("user_id")} = ${actor.userId}
      and ${of(column)} > ${range.after} and ${of(column)} <= ${range.upTo}`;
  };
  const { rows } = await sql<ChangedRow>`
    select * from (
      (select 'hidden' as kind, h.room_id, h.account_change, h.sequence, null::boolean as is_starred, ${noPreferences}
        from hidden_messages h ${ofOwnRooms("h")} where ${isDue("h")} and h.sequence >= o.first_visible
        order by h.account_change limit ${limit})
      union all
      (select 'star', s.room_id, s.account_change, s.sequence, s.is_starred, ${noPreferences}
        from stars s ${ofOwnRooms("s")} where ${isDue("s")} and s.sequence >= o.first_visible
        order by s.account_change limit ${limit})
      union all
      (select 'preferences', m.room_id, m.preferences_change, null, null, ${ownPreferences}
        from members m join rooms r on r.id = m.room_id and r.closed_at is null
        where ${isDue("m", "preferences_change")} and m.preferences_change > 0 and m.is_member
        order by m.preferences_change limit ${limit})
    ) changed order by account_change limit ${limit}`.execute(db);
  return rows.map(toPrivateRow);
}

// Each kind fills the columns of its own. The first part of a union names and types them all.
const ownPreferences = sql.raw(preferenceNames.map((column) => `m.${column}`).join(", "));
const noPreferences = sql.raw(preferenceNames.map((column) => `(null::members).${column} as ${column}`).join(", "));
type ChangedRow = { kind: PrivateRow["kind"]; sequence: number; is_starred: boolean } & PreferencesRow;

function toPrivateRow({ kind, sequence, is_starred, ...row }: ChangedRow): PrivateRow {
  const { room_id, account_change } = row;
  if (kind === "preferences") return { kind, ...row };
  return kind === "star"
    ? { kind, room_id, account_change, sequence, is_starred }
    : { kind, room_id, account_change, sequence };
}

function ofOwnRooms(table: "h" | "s") {
  const of = (name: string) => sql.ref(`${table}.${name}`);
  return sql`join members o on o.room_id = ${of("room_id")} and o.user_id = ${of("user_id")} and o.is_member
    join rooms r on r.id = o.room_id and r.closed_at is null`;
}
