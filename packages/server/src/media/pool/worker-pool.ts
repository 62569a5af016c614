/** The media workers: few, started when there is work, ended when there is none. */
import { stat } from "node:fs/promises";
import { AppError } from "../../app-error.ts";
import type { Log } from "../../log.ts";
import { makeBudget } from "../job-budget.ts";
import type { MediaLimits } from "../media-limits.ts";
import type { Answer, Task } from "../worker-messages.ts";
import { explainDeath } from "./explain-death.ts";
import { guardMemory } from "./guard-memory.ts";
import { type JobEnd, MediaWorker, type WorkerEnd, type WorkerSettings } from "./media-worker.ts";

type Waiting = { task: Task; resolve: (answer: Answer) => void; reject: (error: unknown) => void };

export type PoolOptions = {
  workers: number;
  limits: MediaLimits;
  /** Whether the system tells what time of the processor is used. */
  isCpuTold: boolean;
  settings: WorkerSettings;
  log: Log;
  /** The program of util-linux, if there is one. */
  prlimit: string | undefined;
};

export class WorkerPool {
  readonly #options: PoolOptions;
  readonly #queue: Waiting[] = [];
  readonly #workers = new Set<MediaWorker>();
  readonly #idle = new Map<MediaWorker, NodeJS.Timeout>();
  #busy = 0;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /**
   * Has a job done.
   * @throws {AppError} `unsupported_type` when a worker died over it by the file's fault; `unavailable` when it was killed by
   *   somebody else, or too slow, and when too many wait
   */
  async run(task: Task): Promise<Answer> {
    if (this.#closed) throw explainDeath("closed");
    if (this.#busy >= this.#options.workers && this.#queue.length >= this.#options.limits.maxWaiting) {
      throw new AppError("unavailable", { message: "Too many files wait to be processed.", retryAfterSeconds: 2 });
    }
    return await new Promise<Answer>((resolve, reject) => {
      this.#queue.push({ task, resolve, reject });
      this.#dispatch();
    });
  }

  /** Kills what runs; no process is left when the promise resolves. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { reject } of this.#queue.splice(0)) reject(explainDeath("closed"));
    const workers = [...this.#workers];
    for (const worker of workers) worker.kill("closed");
    await Promise.all(workers.map((worker) => worker.ended));
  }

  #dispatch(): void {
    if (this.#busy >= this.#options.workers) return;
    const waiting = this.#queue.shift();
    if (!waiting) return;
    this.#busy += 1;
    const done = this.#perform(waiting.task).finally(() => {
      this.#busy -= 1;
      this.#dispatch();
    });
    done.then(waiting.resolve, waiting.reject);
  }

  async #perform(task: Task): Promise<Answer> {
    const first = await this.#attempt(task);
    // A kill that is not ours, most likely by a system that was out of memory: the file may have nothing to do with it.
    const last = isKilled(first) && !this.#closed ? await this.#attempt(task) : first;
    if ("death" in last) throw explainDeath(last.death);
    return last;
  }

  async #attempt(task: Task): Promise<Answer | WorkerEnd> {
    const { limits, isCpuTold } = this.#options;
    const budget = makeBudget(limits, (await stat(task.path)).size, isCpuTold);
    const worker = await this.#takeWorker();
    const began = performance.now();
    const end = await worker.run({ ...task, budget }, limits.memoryBytes);
    const { peakBytes, cpuMs } = end.costs;
    const measures = { task: task.task, ms: Math.round(performance.now() - began), cpuMs, peakBytes };
    this.#release(worker, end);
    const outcome = toOutcome(end);
    if ("death" in outcome) this.#options.log.warn({ ...measures, ...outcome }, "a media job came to nothing");
    else this.#options.log.debug({ ...measures, answer: outcome.answer }, "a media job ended");
    return outcome;
  }

  async #takeWorker(): Promise<MediaWorker> {
    if (this.#closed) throw explainDeath("closed");
    // The one that worked last, so that those that are not needed stay idle.
    const idle = [...this.#idle.keys()].at(-1);
    if (!idle) return await this.#startWorker();
    clearTimeout(this.#idle.get(idle));
    this.#idle.delete(idle);
    return idle;
  }

  async #startWorker(): Promise<MediaWorker> {
    const worker = new MediaWorker(this.#options.settings);
    this.#workers.add(worker);
    void worker.ended.then(() => this.#forget(worker));
    const end = await worker.start(this.#options.limits.startMs);
    if (end) throw this.#explainFailedStart(end);
    await this.#guard(worker);
    return worker;
  }

  #explainFailedStart(end: WorkerEnd): AppError {
    if (end.death === "closed") return explainDeath("closed");
    this.#options.log.error(end, "a media worker could not be started");
    return new AppError("unavailable", {
      message: "Files can't be processed at the moment.",
      cause: new Error(end.how),
      retryAfterSeconds: 10,
    });
  }

  async #guard(worker: MediaWorker): Promise<void> {
    const { prlimit, limits, log } = this.#options;
    if (prlimit === undefined || worker.pid === undefined) return;
    try {
      await guardMemory(worker.pid, limits.memoryBytes, prlimit);
    } catch (error) {
      if (!this.#closed)
        log.warn({ err: error }, "the memory of a media worker could not be bound; it is watched only");
    }
  }

  #release(worker: MediaWorker, end: JobEnd): void {
    if ("end" in end) return;
    const { memoryBytes, idleMs } = this.#options.limits;
    // What a worker has kept would count against the next file.
    if (end.costs.residentBytes > memoryBytes / 2) worker.kill("closed");
    else
      this.#idle.set(
        worker,
        setTimeout(() => worker.kill("closed"), idleMs),
      );
  }

  #forget(worker: MediaWorker): void {
    this.#workers.delete(worker);
    clearTimeout(this.#idle.get(worker));
    this.#idle.delete(worker);
  }
}

/** A program of the worker's that was killed is as good as the worker itself. */
function toOutcome(end: JobEnd): Answer | WorkerEnd {
  if ("end" in end) return end.end;
  return end.answer.answer === "killed" ? { death: "killed", how: end.answer.how } : end.answer;
}

function isKilled(outcome: Answer | WorkerEnd): boolean {
  return "death" in outcome && outcome.death === "killed";
}
