/** Plans the next round of a job that comes again and again. */
import type { Services } from "../context.ts";
import { addJob } from "./add-job.ts";
import type { NewJob } from "./jobs.ts";

/** Sees to it that a round is to come after so many milliseconds. Of all nodes together there is one at a time, by its key. */
export async function planJob(
  { db, clock, jobs }: Pick<Services, "db" | "clock" | "jobs">,
  job: NewJob & { key: string },
  afterMs: number,
): Promise<void> {
  const runAt = new Date(clock.now().getTime() + afterMs);
  await db.transaction().execute((tx) => addJob(tx, clock, { ...job, runAt }));
  if (afterMs === 0) jobs.wake();
}
