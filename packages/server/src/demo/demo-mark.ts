/** Notes in the database how far its furnishing has come, so that none is furnished twice, or by half. */
import { type Kysely, sql } from "kysely";
import type { Database } from "../db/schema.ts";

type Db = Kysely<Database>;

/** `foreign`: it holds data that no demo has made. */
export type DemoMark = "new" | "begun" | "furnished" | "foreign";

/** The table is the demo's own: no other database has it. */
export async function readMark(db: Db): Promise<DemoMark> {
  const table = await sql<{ name: string | null }>`select to_regclass('public.demo')::text as name`.execute(db);
  if (table.rows[0]?.name) {
    const { rows } = await sql<{ is_furnished: boolean }>`select is_furnished from demo`.execute(db);
    return rows[0]?.is_furnished === true ? "furnished" : "begun";
  }
  const { rows } = await sql`select 1 from users limit 1`.execute(db);
  return rows.length === 0 ? "new" : "foreign";
}

export async function markBegun(db: Db): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`create table if not exists demo (is_only boolean primary key default true check (is_only),
      is_furnished boolean not null)`.execute(tx);
    await sql`insert into demo (is_furnished) values (false) on conflict do nothing`.execute(tx);
  });
}

/** What was noted to be done meanwhile concerns nobody who is there: no device, no socket. */
export async function markFurnished(db: Db): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`delete from jobs`.execute(tx);
    await sql`update demo set is_furnished = true`.execute(tx);
  });
}

/** Empties all tables but those that say what the database is. Files that nothing names any more, the sweep removes. */
export async function wipe(db: Db): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select quote_ident(tablename) as name from pg_tables
    where schemaname = 'public' and tablename not in ('demo', 'push_keys') and tablename not like 'kysely%'`.execute(
    db,
  );
  await sql`truncate ${sql.raw(rows.map((row) => row.name).join(", "))}`.execute(db);
}

/** Pictures of people and rooms are stored with the address that the server had: another port is another address. */
export async function moveAvatars(db: Db, origin: string): Promise<void> {
  for (const table of ["users", "rooms"] as const) {
    const moved = sql`regexp_replace(avatar_url, '^https?://[^/]+', ${origin})`;
    await sql`update ${sql.table(table)} set avatar_url = ${moved}
      where avatar_upload_id is not null and avatar_url <> ${moved}`.execute(db);
  }
}
