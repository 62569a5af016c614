/** The query that finds pins which have run out. */
import { sql } from "kysely";
import type { Reader } from "../../context.ts";

/** Ids of rooms that have a pin which has run out by `now`, in order, from after one of them on. */
export async function findRoomsWithOldPins(
  db: Reader,
  now: Date,
  after: string | undefined,
  limit: number,
): Promise<string[]> {
  // The condition on pinned is the index's: few rooms have any.
  const { rows } = await sql<{ id: string }>`
    select r.id from rooms r
    where r.pinned <> '[]' and ${after === undefined ? sql`true` : sql`r.id > ${after}::uuid`}
      and exists (select 1 from jsonb_array_elements(r.pinned) p where (p ->> 'expires_at')::timestamptz <= ${now})
    order by r.id limit ${limit}`.execute(db);
  return rows.map((row) => row.id);
}
