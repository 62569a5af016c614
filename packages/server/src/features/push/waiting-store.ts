/** The waiting jobs of messages, which one pass sees to together. */
import { sql } from "kysely";
import type { Reader } from "../../context.ts";
import type { JobKinds } from "../../jobs/job-kinds.ts";

type Waiting = { id: number; payload: JobKinds["push.messages"] };

const mostTogether = 500;

/** Jobs that nobody has begun. */
export async function findWaiting(db: Reader): Promise<Waiting[]> {
  const { rows } = await sql<Waiting>`
    select id, payload from jobs where kind = 'push.messages' and attempts = 0 and failed_at is null
    order by run_at limit ${mostTogether}`.execute(db);
  return rows;
}

/** Removes those that still nobody has begun: what they are for has been done. */
export async function removeWaiting(db: Reader, waiting: readonly Waiting[]): Promise<void> {
  if (waiting.length === 0) return;
  await sql`delete from jobs where id in (
    select id from jobs where id = any(${waiting.map(({ id }) => id)}::bigint[]) and attempts = 0
    order by id for update skip locked)`.execute(db);
}
