/** The query on what of shared messages is for some alone. */
import { sql } from "kysely";
import type { Reader } from "../../context.ts";
import type { Place } from "./message-id.ts";

/**
 * Those who did something with these messages while they were blocked, that the other of the direct room does not know of.
 */
export async function findInsiders(db: Reader, places: readonly Place[]): Promise<string[]> {
  if (places.length === 0) return [];
  const rooms = places.map((place) => place.roomId);
  const sequences = places.map((place) => place.sequence);
  const { rows } = await sql<{ user_id: string }>`
    with p as (select * from unnest(${rooms}::uuid[], ${sequences}::bigint[]) as x (room_id, sequence))
    select r.user_id from p join reactions r on r.room_id = p.room_id and r.sequence = p.sequence where r.is_withheld
    union
    select m.sender_id from p join messages m on m.room_id = p.room_id and m.sequence = p.sequence
      where m.meta_data ? 'withheld'`.execute(db);
  return rows.map((row) => row.user_id);
}
