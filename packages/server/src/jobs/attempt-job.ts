/** One attempt at a job, from taking it to what became of it. */
import type { Services } from "../context.ts";
import { type JobKind, jobKinds } from "./job-kinds.ts";
import type { JobHandlers, JobOutcome } from "./jobs.ts";
import { giveUpJob, holdJob, putOffJob, removeJob, type TakenJob } from "./jobs-store.ts";
import type { Outages } from "./outages.ts";
import { retryDelay } from "./retry-delay.ts";

/** What attempts are made with. */
export type AttemptParts = {
  db: Services["db"];
  clock: Services["clock"];
  log: Services["log"];
  /** How long a job is held at a time, by the clock; it is held anew, by timers, three times as often. */
  leaseMs: number;
  maxAttempts: number;
  services: Services;
  handlers: JobHandlers;
  outages: Outages;
  observe?: ((kind: JobKind, outcome: JobOutcome) => void) | undefined;
  /** Aborted when the jobs in hand were given back: what becomes of them here counts no more. */
  over: AbortSignal;
};

/** When a job that is taken now comes free again, unless it is held anew. */
export function leaseEnd({ clock, leaseMs }: Pick<AttemptParts, "clock" | "leaseMs">): Date {
  return new Date(clock.now().getTime() + leaseMs);
}

/** Runs the job's handler and notes the outcome. @throws when it could not be noted: the job comes back after its lease */
export async function attemptJob(parts: AttemptParts, job: TakenJob): Promise<void> {
  const failure = await findFailure(parts, job);
  if (parts.over.aborted) return;
  const outcome = await noteOutcome(parts, job, failure);
  parts.observe?.(job.kind, outcome);
}

/** @returns undefined when the job is done */
async function findFailure(parts: AttemptParts, job: TakenJob): Promise<{ error: unknown } | undefined> {
  // Nobody noted how the last attempt ended, so it may be the job that ends processes.
  if (job.attempts > parts.maxAttempts) return { error: new Error(job.last_error ?? "The last attempt did not end.") };
  const holding = setInterval(() => hold(parts, job), parts.leaseMs / 3);
  try {
    await handle(parts, job.kind, job.payload);
    return undefined;
  } catch (error) {
    return { error };
  } finally {
    clearInterval(holding);
  }
}

function handle<Kind extends JobKind>(parts: AttemptParts, kind: Kind, payload: object): Promise<void> {
  return parts.handlers[kind](parts.services, jobKinds[kind].parse(payload));
}

async function hold(parts: AttemptParts, job: TakenJob): Promise<void> {
  if (parts.over.aborted) return;
  try {
    await holdJob(parts.db, job, leaseEnd(parts));
  } catch (error) {
    parts.outages.note(error);
  }
}

async function noteOutcome(
  parts: AttemptParts,
  job: TakenJob,
  failure: { error: unknown } | undefined,
): Promise<JobOutcome> {
  const { db, clock, log } = parts;
  if (failure === undefined) {
    await removeJob(db, job);
    return "done";
  }
  const fields = { err: failure.error, job: job.id, kind: job.kind, attempts: job.attempts };
  const text = describe(failure.error);
  if (job.attempts >= parts.maxAttempts) {
    log.error(fields, "a job failed for the last time; it stays in the table of jobs");
    await giveUpJob(db, job, clock.now(), text);
    return "given_up";
  }
  log.warn(fields, "a job failed; it will be tried again");
  await putOffJob(db, job, new Date(clock.now().getTime() + retryDelay(job.attempts)), text);
  return "put_off";
}

// PostgreSQL's text has no NUL.
function describe(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replaceAll("\0", "").slice(0, 500);
}
