/** What a run has seen so far, and what was wrong with it. */

/** One thing that was wrong, with what makes it happen again. */
export type Problem = {
  complaint: string;
  kind: string;
  /** What was sent, as base64: a request's bytes, or frames. */
  sent: string[];
  /** A command that sends it again. */
  again?: string;
};

const keptProblems = 50;

export class Tally {
  /** By the kind of what was sent, how often; and by answer code. */
  readonly kinds = new Map<string, number>();
  readonly codes = new Map<string, number>();
  /** By operation, how often it was done. */
  readonly done = new Map<string, number>();
  /** The first ones. */
  readonly problems: Problem[] = [];
  problemCount = 0;
  sent = 0;

  count(kind: string, times = 1): void {
    this.sent += times;
    add(this.kinds, kind, times);
  }

  note(outcome: string, operation?: string): void {
    add(this.codes, outcome);
    if (outcome === "ok" && operation !== undefined) add(this.done, operation);
  }

  complain(problem: Problem): void {
    this.problemCount += 1;
    if (this.problems.length < keptProblems) this.problems.push(problem);
  }
}

function add(counts: Map<string, number>, key: string, times = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + times);
}
