/** One worker: a process that looks at one file at a time, and that is killed when a file costs too much. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { isErrno } from "../../db/embedded/errno.ts";
import { readLines } from "../read-lines.ts";
import { type Answer, answerSchema, type Job, maxLineBytes, type Tools } from "../worker-messages.ts";
import { type Costs, watchCosts } from "./watch-costs.ts";

const maxSaid = 1000;

/**
 * Why a worker is no more. `costly`: it used more of the processor than it may, or where that is not told, more time;
 * `late`: it took too long without that; `killed`: by a SIGKILL that was not ours; `nonsense`: it said what no worker says.
 */
export type Death = "costly" | "late" | "memory" | "crashed" | "killed" | "nonsense" | "closed";

/** `how` is for the log: exit code or signal, and the last words. */
export type WorkerEnd = { death: Death; how: string };

/** How a job ended, and what it cost. */
export type JobEnd = { costs: Costs } & ({ answer: Answer } | { end: WorkerEnd });

/** `program` is the script that a worker runs. */
export type WorkerSettings = { program: string; environment: Record<string, string>; tools: Tools };

/** The process begins when one is made. It has a process group of its own, so that what it runs dies with it. */
export class MediaWorker {
  readonly ended: Promise<WorkerEnd>;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  #death: Death | undefined;
  #gone = false;
  #said = "";
  #waiting: ((answer: Answer) => void) | undefined;

  constructor({ program, environment, tools }: WorkerSettings) {
    // Pipes, not Node's channel between processes: that one has no bound on what it holds, and carries open files.
    this.#child = spawn(
      process.execPath,
      ["--max-old-space-size=128", "--disable-warning=ExperimentalWarning", program, JSON.stringify(tools)],
      { cwd: "/", env: environment, detached: true, stdio: ["pipe", "pipe", "pipe"] },
    );
    this.ended = this.#watchEnd();
    readLines(this.#child.stdout, {
      maxBytes: maxLineBytes,
      onLine: (line) => this.#onLine(line),
      onOverflow: () => this.kill("nonsense"),
    });
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#said = (this.#said + text).slice(-maxSaid);
    });
    // Writing to one that has died fails; that it has died is what `ended` tells.
    this.#child.stdin.on("error", () => {});
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Waits until the worker can work. */
  async start(timeMs: number): Promise<WorkerEnd | undefined> {
    const answer = await this.#await(timeMs, "late");
    if ("death" in answer) return answer;
    return answer.answer === "ready" ? undefined : await this.#end("nonsense");
  }

  /** Lets it do a job, one at a time, within the job's budget. */
  async run(job: Job, memoryBytes: number): Promise<JobEnd> {
    const { cpuMs, wallMs } = job.budget;
    const watch = await watchCosts(this.#child.pid ?? 0, { memoryBytes, cpuMs }, (death) => this.kill(death));
    const answering = this.#await(wallMs, cpuMs === null ? "costly" : "late");
    this.#child.stdin.write(`${JSON.stringify(job)}\n`);
    const answer = await answering;
    const costs = await watch.stop();
    return "death" in answer ? { costs, end: answer } : { costs, answer };
  }

  /** Ends it at once, with whatever it runs. */
  kill(death: Death): void {
    this.#death ??= death;
    this.#killGroup();
  }

  async #await(timeMs: number, deathAfter: Death): Promise<Answer | WorkerEnd> {
    const timer = setTimeout(() => this.kill(deathAfter), timeMs);
    const answer = new Promise<Answer>((resolve) => {
      this.#waiting = resolve;
    });
    const first = await Promise.race([answer, this.ended]);
    clearTimeout(timer);
    this.#waiting = undefined;
    return first;
  }

  async #end(death: Death): Promise<WorkerEnd> {
    this.kill(death);
    return await this.ended;
  }

  #onLine(line: string): void {
    const answer = parseAnswer(line);
    if (answer && this.#waiting) this.#waiting(answer);
    else this.kill("nonsense");
    this.#waiting = undefined;
  }

  #watchEnd(): Promise<WorkerEnd> {
    return new Promise((resolve) => {
      this.#child.on("error", (error) => resolve({ death: "crashed", how: error.message }));
      this.#child.on("exit", (code, signal) => {
        this.#killGroup();
        // From now on the number may be another process's.
        this.#gone = true;
        const death = this.#death ?? (signal === "SIGKILL" ? "killed" : "crashed");
        resolve({ death, how: `${signal ?? `exit code ${code}`}: ${this.#said.trim()}` });
      });
    });
  }

  #killGroup(): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#gone) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch (error) {
      if (!isErrno(error, "ESRCH")) throw error;
    }
  }
}

function parseAnswer(line: string): Answer | undefined {
  try {
    return answerSchema.safeParse(JSON.parse(line)).data;
  } catch {
    // No JSON: nothing that a worker says.
    return undefined;
  }
}
