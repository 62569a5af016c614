/** Adds a job to a transaction: it is there if the transaction commits, and only then. */
import { sql } from "kysely";
import type { Clock } from "../clock.ts";
import type { Writer } from "../context.ts";
import type { NewJob } from "./jobs.ts";

/**
 * Adds a job that begins after the commit; call `jobs.wake()` then. A job with a key locks the waiting one of the same
 * key until the commit: a transaction that adds several adds them in the order of their keys, and as late as it can.
 */
export async function addJob(tx: Writer, clock: Clock, job: NewJob): Promise<void> {
  const now = clock.now();
  await tx
    .insertInto("jobs")
    .values({
      kind: job.kind,
      key: job.key ?? null,
      payload: JSON.stringify(job.payload),
      run_at: job.runAt ?? now,
      created_at: now,
    })
    // To do nothing would leave the waiting job free to run before this transaction commits, and so to miss what it
    // changed. The update holds it until then, and the runner passes over jobs that are held.
    .onConflict((conflict) =>
      conflict
        .columns(["kind", "key"])
        .where("key", "is not", null)
        .where("attempts", "=", sql.lit(0))
        .doUpdateSet((eb) => ({ run_at: eb.fn("least", ["jobs.run_at", "excluded.run_at"]) })),
    )
    .execute();
}
