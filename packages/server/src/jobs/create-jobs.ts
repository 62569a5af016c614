/** The runner: takes jobs that are due, from a table that all nodes share, and has them done. */
import type { Services } from "../context.ts";
import { createAlarm } from "./alarm.ts";
import { type AttemptParts, attemptJob, leaseEnd } from "./attempt-job.ts";
import { type JobKind, jobKinds } from "./job-kinds.ts";
import type { JobHandlers, JobOutcome, Jobs } from "./jobs.ts";
import { putOffJob, type TakenJob, takeJobs } from "./jobs-store.ts";
import { createOutages, type Outages } from "./outages.ts";

export type JobParts = Pick<Services, "db" | "clock" | "log"> & {
  /** Told of the end of each attempt. */
  observe?: ((kind: JobKind, outcome: JobOutcome) => void) | undefined;
};

export type JobOptions = {
  /** Jobs at the same time, on this node, that work; and besides them those that mostly wait for others' servers. */
  concurrency: number;
  waitingConcurrency: number;
  /** Between two looks for jobs of other nodes and for those that were put off; give or take a quarter. */
  pollMs: number;
  /** How long a job is held at a time, by the clock; while its handler runs, it is held anew. */
  leaseMs: number;
  /** A job that was taken as often and never done is given up. */
  maxAttempts: number;
  /** How long `stop` waits for jobs that run. */
  stopMs: number;
};

const defaults: JobOptions = {
  concurrency: 2,
  waitingConcurrency: 6,
  pollMs: 5_000,
  leaseMs: 60_000,
  maxAttempts: 20,
  stopMs: 10_000,
};

const kinds = Object.keys(jobKinds) as JobKind[];
const isWaiting = (kind: JobKind): boolean => kind.startsWith("push.");

/** Jobs are taken lane by lane: notifications that wait for a provider hold up no media, nor the reverse. */
const lanes = [
  { kinds: kinds.filter((kind) => !isWaiting(kind)), concurrency: "concurrency" },
  { kinds: kinds.filter(isWaiting), concurrency: "waitingConcurrency" },
] as const;

type Lane = (typeof lanes)[number];

function laneOf(kind: JobKind): Lane {
  return lanes[isWaiting(kind) ? 1 : 0];
}

/** The jobs of a server; none is taken before `start`. @param options other than a server's, in tests */
export function createJobs(parts: JobParts, options: Partial<JobOptions> = {}): Jobs {
  return new JobRunner(parts, { ...defaults, ...options });
}

class JobRunner implements Jobs {
  readonly #parts: JobParts;
  readonly #options: JobOptions;
  readonly #outages: Outages;
  readonly #alarm = createAlarm();
  readonly #over = new AbortController();
  readonly #running = new Map<TakenJob, Promise<void>>();
  #loop: Promise<void> | undefined;
  #isStopping = false;
  /** Lanes of which all that could be taken was: there may be more. */
  readonly #full = new Set<Lane>();
  /** Of those, the ones in which a job has ended since. */
  readonly #roomy = new Set<Lane>();
  #isWoken = false;

  constructor(parts: JobParts, options: JobOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#outages = createOutages(parts.log, options.pollMs);
  }

  start(services: Services, handlers: JobHandlers): void {
    const own = { ...this.#parts, ...this.#options, outages: this.#outages, over: this.#over.signal };
    this.#loop ??= this.#run({ ...own, services, handlers });
  }

  wake(): void {
    this.#isWoken = true;
    this.#alarm.ring();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#alarm.ring();
    await this.#loop;
    const patience = createAlarm();
    void Promise.all(this.#running.values()).then(() => patience.ring());
    await patience.sleep(this.#options.stopMs);
    this.#over.abort();
    await Promise.all([...this.#running.keys()].map((job) => this.#giveBack(job)));
  }

  async #run(parts: AttemptParts): Promise<void> {
    while (!this.#isStopping) {
      const pause = await this.#take(parts);
      await this.#alarm.sleep(pause * (0.75 + Math.random() / 2));
    }
  }

  /** Takes what can begin at once: a job that waited in this process would be missing to an idle node. */
  async #take(parts: AttemptParts): Promise<number> {
    try {
      for (const lane of this.#findLanes()) await this.#takeOf(parts, lane);
      return this.#options.pollMs;
    } catch (error) {
      return this.#outages.note(error);
    }
  }

  // The end of a job makes room in its own lane; what else there is to take, a poll or a call of `wake` asks for.
  #findLanes(): readonly Lane[] {
    const found = this.#isWoken || this.#roomy.size === 0 ? lanes : [...this.#roomy];
    this.#isWoken = false;
    this.#roomy.clear();
    return found;
  }

  async #takeOf(parts: AttemptParts, lane: Lane): Promise<void> {
    const running = [...this.#running.keys()].filter(({ kind }) => laneOf(kind) === lane).length;
    const limit = this.#options[lane.concurrency] - running;
    if (limit === 0) return;
    const now = parts.clock.now();
    const taken = await takeJobs(parts.db, { kinds: lane.kinds, limit, now, lockedUntil: leaseEnd(parts) });
    this.#outages.end();
    if (taken.length === limit) this.#full.add(lane);
    else this.#full.delete(lane);
    for (const job of taken) this.#running.set(job, this.#attempt(parts, job));
  }

  async #attempt(parts: AttemptParts, job: TakenJob): Promise<void> {
    try {
      await attemptJob(parts, job);
    } catch (error) {
      this.#outages.note(error);
    } finally {
      this.#running.delete(job);
      const lane = laneOf(job.kind);
      if (this.#full.has(lane)) {
        this.#roomy.add(lane);
        this.#alarm.ring();
      }
    }
  }

  async #giveBack(job: TakenJob): Promise<void> {
    const { db, clock, log } = this.#parts;
    log.warn({ job: job.id, kind: job.kind }, "a job still ran at the end; it will be run again");
    try {
      await putOffJob(db, job, clock.now(), job.last_error);
    } catch (error) {
      this.#outages.note(error);
    }
  }
}
