/** When what devices know of the database stopped being true: it was restored from a backup. */
import { type Kysely, sql } from "kysely";

// biome-ignore lint/suspicious/noExplicitAny: a migration must not depend on today's schema types.
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // The highest number is the present epoch; a database that was never restored has none. Cursors of devices name it.
  `create table epochs (
    number bigint primary key,
    begun_at timestamptz not null
  )`,
];
