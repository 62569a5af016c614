/** Many rooms that are as one is, for tests that need hundreds and care for what happens in them only. */
import type pg from "pg";

const tables = ["members", "membership_periods", "messages", "invites", "join_requests"];

/** Copies a room as it stands, with who and what is in it. A link's code is followed by the copy's id. @returns their ids */
export async function copyRoom(client: pg.Client, roomId: string, count: number): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `insert into rooms select (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid()))).*
     from rooms r, generate_series(1, $2) where r.id = $1 returning id`,
    [roomId, count],
  );
  const ids = rows.map((row) => row.id);
  for (const table of tables) {
    const code = table === "invites" ? ", 'code', t.code || c.id" : "";
    await client.query(
      `insert into ${table} select (jsonb_populate_record(t, jsonb_build_object('room_id', c.id${code}))).*
       from ${table} t, unnest($2::uuid[]) as c (id) where t.room_id = $1`,
      [roomId, ids],
    );
  }
  return ids;
}
