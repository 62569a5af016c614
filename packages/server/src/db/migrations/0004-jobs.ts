/** What is still to be done because of changes that have committed (G12). */
import { type Kysely, sql } from "kysely";

// biome-ignore lint/suspicious/noExplicitAny: a migration must not depend on today's schema types.
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // attempts counts how often the job was taken, not how often it failed: a job that takes its process down with it must
  // not come back for ever. Whoever runs a job holds it until locked_until.
  `create table jobs (
    id bigint generated always as identity primary key,
    kind text not null,
    key text,
    payload jsonb not null,
    run_at timestamptz not null,
    attempts integer not null default 0,
    locked_until timestamptz,
    failed_at timestamptz,
    last_error text,
    created_at timestamptz not null
  )`,
  `create index jobs_due on jobs (run_at) where failed_at is null`,

  // Only while nobody has begun it: one that runs may have read already what the next is asked for.
  `create unique index jobs_key on jobs (kind, key) where key is not null and attempts = 0`,
];
