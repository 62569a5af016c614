/** Counts the answers to what a node told others. */
import type { Timers } from "../../timers.ts";

const patienceSeconds = 0.5;

type Expected = {
  id: string;
  /** @param count how many answers there will be; undefined if nobody was told. @returns whether all came in time */
  wait(count: Promise<number | undefined>): Promise<boolean>;
};

export class AnswersOf {
  readonly #timers: Timers;
  readonly #waiting = new Map<string, { taken: number; look(): void }>();
  #calls = 0;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** To be asked for before telling: an answer may come before one knows how many there will be. */
  expect(): Expected {
    this.#calls += 1;
    const id = String(this.#calls);
    const entry = { taken: 0, look: () => {} };
    this.#waiting.set(id, entry);
    return {
      id,
      wait: (count) =>
        new Promise((resolve, reject) => {
          let expected = Number.POSITIVE_INFINITY;
          const finish = (isWhole: boolean): void => {
            calm();
            this.#waiting.delete(id);
            resolve(isWhole);
          };
          const calm = this.#timers.after(patienceSeconds, () => finish(false));
          entry.look = () => {
            if (entry.taken >= expected) finish(true);
          };
          count.then((known) => {
            if (known === undefined) return finish(false);
            expected = known;
            entry.look();
          }, reject);
        }),
    };
  }

  /** An answer has come. One that comes too late, or to nothing, is nothing. */
  take(id: string): void {
    const entry = this.#waiting.get(id);
    if (!entry) return;
    entry.taken += 1;
    entry.look();
  }

  close(): void {
    this.#waiting.clear();
  }
}
