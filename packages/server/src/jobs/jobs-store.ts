/** The queries of the runner. Each is a transaction of its own. */
import type { Kysely } from "kysely";
import type { Database } from "../db/schema.ts";
import type { JobKind } from "./job-kinds.ts";

/** A job in hand. `attempts` tells this run from later ones: who comes back after losing the job changes nothing. */
export type TakenJob = { id: number; kind: JobKind; payload: object; attempts: number; last_error: string | null };

type Taking = { kinds: JobKind[]; limit: number; now: Date; lockedUntil: Date };

/** Takes jobs that are due and in nobody's hand, the longest due first. Nodes never wait for each other here. */
export function takeJobs(db: Kysely<Database>, { kinds, limit, now, lockedUntil }: Taking): Promise<TakenJob[]> {
  return db
    .with("due", (cte) =>
      cte
        .selectFrom("jobs")
        .select("id")
        .where("failed_at", "is", null)
        .where("run_at", "<=", now)
        .where((eb) => eb.or([eb("locked_until", "is", null), eb("locked_until", "<=", now)]))
        .where("kind", "in", kinds)
        .orderBy("run_at")
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .updateTable("jobs")
    .from("due")
    .whereRef("jobs.id", "=", "due.id")
    .set((eb) => ({ attempts: eb("jobs.attempts", "+", 1), locked_until: lockedUntil }))
    .returning(["jobs.id", "jobs.kind", "jobs.payload", "jobs.attempts", "jobs.last_error"])
    .execute();
}

/** Keeps a job in hand for longer, unless it was given back meanwhile. */
export async function holdJob(db: Kysely<Database>, job: TakenJob, lockedUntil: Date): Promise<void> {
  await changeTaken(db, job).where("locked_until", "is not", null).set({ locked_until: lockedUntil }).execute();
}

/** Removes a job that is done, also from the hand of one who took it since. */
export async function removeJob(db: Kysely<Database>, { id }: TakenJob): Promise<void> {
  await db.deleteFrom("jobs").where("id", "=", id).execute();
}

/** Gives a job back, to be taken again at `runAt`. */
export async function putOffJob(db: Kysely<Database>, job: TakenJob, runAt: Date, error: string | null): Promise<void> {
  await changeTaken(db, job).set({ locked_until: null, run_at: runAt, last_error: error }).execute();
}

/** Keeps a job as one that failed; nobody takes it any more. */
export async function giveUpJob(db: Kysely<Database>, job: TakenJob, now: Date, error: string): Promise<void> {
  await changeTaken(db, job).set({ locked_until: null, failed_at: now, last_error: error }).execute();
}

function changeTaken(db: Kysely<Database>, { id, attempts }: TakenJob) {
  return db.updateTable("jobs").where("id", "=", id).where("attempts", "=", attempts);
}
