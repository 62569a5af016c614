/** How much a database holds, and how much log it has written. */
import pg from "pg";

export type StoredBytes = { kept: number; logged: number };

export async function readStoredBytes(databaseUrl: string): Promise<StoredBytes> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    const { rows } = await client.query<{ kept: string; logged: string }>(
      "select pg_database_size(current_database()) as kept, pg_current_wal_lsn() - '0/0'::pg_lsn as logged",
    );
    return { kept: Number(rows[0]?.kept), logged: Number(rows[0]?.logged) };
  } finally {
    await client.end();
  }
}
