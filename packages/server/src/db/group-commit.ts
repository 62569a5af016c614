/**
 * Group commit: what is asked for while a batch is being written makes the next batch. No timers: an idle server
 * commits at once, a busy one commits many rows with one fsync.
 */
export type GroupCommitOptions<Item, Outcome> = {
  /** Writes a batch in one transaction, and gives an outcome for each item in order. */
  write(batch: readonly Item[]): Promise<Outcome[]>;
  /** Items of one key never share a batch: the later one must see what the earlier one committed. */
  keyOf(item: Item): string | undefined;
  /** Whether a failed batch may be written again item by item, so that one bad item can't fail the others. */
  isItemFault(error: unknown): boolean;
  maxBatch: number;
  maxWaiting: number;
  /** The error for an item that finds the queue full. */
  overflow(): Error;
};

type Entry<Item, Outcome> = { item: Item; resolve(outcome: Outcome): void; reject(error: unknown): void };

/** A queue with a life: it ends with `drain`. */
export class GroupCommit<Item, Outcome> {
  readonly #options: GroupCommitOptions<Item, Outcome>;
  #waiting: Entry<Item, Outcome>[] = [];
  #running: Promise<void> | undefined;

  constructor(options: GroupCommitOptions<Item, Outcome>) {
    this.#options = options;
  }

  /** Resolves when the item's batch has committed. */
  add(item: Item): Promise<Outcome> {
    if (this.#waiting.length >= this.#options.maxWaiting) return Promise.reject(this.#options.overflow());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      // The microtask lets everything that arrived in this tick join the first batch.
      this.#running ??= Promise.resolve().then(() => this.#run());
    });
  }

  /** Resolves when nothing is waiting or being written. */
  async drain(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) await this.#write(this.#takeBatch());
    this.#running = undefined;
  }

  #takeBatch(): Entry<Item, Outcome>[] {
    const keys = new Set<string>();
    const batch: Entry<Item, Outcome>[] = [];
    const rest: Entry<Item, Outcome>[] = [];
    for (const entry of this.#waiting) {
      const key = this.#options.keyOf(entry.item);
      if (batch.length >= this.#options.maxBatch || (key !== undefined && keys.has(key))) {
        rest.push(entry);
        continue;
      }
      if (key !== undefined) keys.add(key);
      batch.push(entry);
    }
    this.#waiting = rest;
    return batch;
  }

  async #write(batch: Entry<Item, Outcome>[]): Promise<void> {
    try {
      const outcomes = await this.#options.write(batch.map((entry) => entry.item));
      batch.forEach((entry, index) => {
        entry.resolve(outcomes[index] as Outcome);
      });
    } catch (error) {
      if (batch.length > 1 && this.#options.isItemFault(error)) {
        for (const entry of batch) await this.#write([entry]);
        return;
      }
      for (const entry of batch) entry.reject(error);
    }
  }
}
