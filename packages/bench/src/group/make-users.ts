/** Makes users as they would be after their first visit. */
import pg from "pg";

export async function makeUsers(databaseUrl: string, userIds: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(insertUsers, [userIds]);
    // What autovacuum would have done long ago.
    await client.query("vacuum analyze");
  } finally {
    await client.end();
  }
}

const insertUsers = `
  insert into users (tenant_id, id, name, created_at, updated_at)
  select 'default', id, id, now() - interval '1 year', now() - interval '1 year' from unnest($1::text[]) u (id)`;
