/** Jobs: what follows from a committed change, done at least once even if the process dies after the commit (G12). */
import type { Services } from "../context.ts";
import type { JobKind, JobKinds } from "./job-kinds.ts";

/** A job to add, of one of the kinds. */
export type NewJob = {
  [Kind in JobKind]: {
    kind: Kind;
    payload: JobKinds[Kind];
    /** While a job of this kind and key waits to be begun, another is not added: that one does for both. */
    key?: string | undefined;
    /** Not before this time, and up to a poll's interval after it; now if there is none. */
    runAt?: Date | undefined;
  };
}[JobKind];

/**
 * By kind, what does it. A handler is idempotent: it runs again when it threw, when its process died, when its outcome
 * could not be noted, and when it held up its process for longer than its lease; then even beside its first run. It reads
 * what is true now rather than trust its payload to be. Jobs have no order.
 */
export type JobHandlers = {
  [Kind in JobKind]: (services: Services, payload: JobKinds[Kind]) => Promise<void>;
};

/** How a run of a job ended; `given_up` is kept in the table, for people to see. */
export type JobOutcome = "done" | "put_off" | "given_up";

/** The runner of a server's jobs. */
export type Jobs = {
  /** Begins to take jobs, of all nodes. */
  start(services: Services, handlers: JobHandlers): void;
  /** Says that a job may be due: called after the commit of what added it. Without this it waits for the next poll. */
  wake(): void;
  /** Takes no more jobs, waits a while for those that run, and gives back those that still do. */
  stop(): Promise<void>;
};
