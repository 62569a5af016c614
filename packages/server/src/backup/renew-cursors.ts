/** Makes every device load anew what it knows of a database that is no longer the one that it knew. */
import { type Kysely, sql } from "kysely";
import type { Database } from "../db/schema.ts";

/**
 * Begins another epoch. Whatever number of a change a device has seen, in this database or in those that it was restored
 * from, is then lower than all that come: counters are moved on by the time that has passed, in microseconds, and no room
 * or account changes a million times a second.
 * - A cursor of `sync.chats` names its epoch: another one's is answered with all there is.
 * - A `since_change` is lower than that at which each membership begins, which `sync.messages` answers with `full`.
 * - Rooms and memberships count as moved by this transaction: ids of another cluster's mean nothing here.
 * The order of joining is kept, and no number reaches 2^53 before the year 2255.
 */
export async function renewCursors(tx: Kysely<Database>): Promise<void> {
  const by = await beginEpoch(tx);
  await sql`update rooms set last_change = last_change + ${by}, moved_xid = pg_current_xact_id()`.execute(tx);
  await sql`
    update members set joined_change = joined_change + ${by}, membership_xid = pg_current_xact_id(),
      preferences_change = case when preferences_change > 0 then preferences_change + ${by} else 0 end`.execute(tx);
  await sql`
    update users set account_change = account_change + ${by},
      settings_change = case when settings_change > 0 then settings_change + ${by} else 0 end`.execute(tx);
}

/** @returns by how much it is later than the one before */
async function beginEpoch(tx: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ by: number }>`
    with present as (select coalesce(max(number), 0) as number from epochs), next as (
      insert into epochs (number, begun_at)
      select greatest(number + 1000000000, (extract(epoch from clock_timestamp()) * 1000000)::bigint), now() from present
      returning number
    )
    select next.number - present.number as by from next, present`.execute(tx);
  const [row] = rows;
  if (!row) throw new Error("no epoch was begun");
  return row.by;
}
