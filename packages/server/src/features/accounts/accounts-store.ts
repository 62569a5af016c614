/** What is asked of the tables of accounts beside the library. */
import type pg from "pg";

/** What an account is known by: at least one of the two, in lower case. */
export type Identity = { username?: string | undefined; email?: string | undefined };

/** The account that has this username or this address. */
export async function findAccountId(pool: pg.Pool, { username, email }: Identity): Promise<string | undefined> {
  const { rows } = await pool.query<{ id: string }>(
    "select id from auth_users where username = $1 or email = $2 limit 1",
    [username ?? null, email ?? null],
  );
  return rows[0]?.id;
}

/** Forgets sessions that have run out, which nobody can use or ask for any more: some at a time. */
export async function deleteExpiredSessions(pool: pg.Pool): Promise<void> {
  await pool.query(
    "delete from auth_sessions where id in (select id from auth_sessions where expires_at < now() limit 100)",
  );
}
