/**
 * Group commit: what is asked for while a batch is being written makes the next batch. No timers: an idle server
 * commits at once, a busy one commits many rows with one fsync.
 */
export type GroupCommitOptions<Item, Outcome> = {
  /**
   * Writes a batch in one transaction, and gives an outcome for each item in order; an outcome that is still to come
   * does not hold up the next batch.
   */
  write(batch: readonly Item[]): Promise<(Outcome | Promise<Outcome>)[]>;
  /** Items of one key are written one after the other: the later one must see what the earlier one committed. */
  keyOf(item: Item): string | undefined;
  /** Whether an error proves that nothing of its batch was written, and may be due to one item alone. */
  isItemFault(error: unknown): boolean;
  maxBatch: number;
};

type Entry<Item, Outcome> = {
  item: Item;
  key: string | undefined;
  resolve(outcome: Outcome | Promise<Outcome>): void;
  reject(error: unknown): void;
};

/** A queue with a life: it ends with `drain`. How much may wait in it is for those who fill it to bound. */
export class GroupCommit<Item, Outcome> {
  readonly #options: GroupCommitOptions<Item, Outcome>;
  #waiting: Entry<Item, Outcome>[] = [];
  /** By key that is waiting or being written: those that come after it. */
  readonly #behind = new Map<string, Entry<Item, Outcome>[] | undefined>();
  #count = 0;
  #running: Promise<void> | undefined;

  constructor(options: GroupCommitOptions<Item, Outcome>) {
    this.#options = options;
  }

  /** Resolves when the item's batch has committed. */
  add(item: Item): Promise<Outcome> {
    this.#count += 1;
    return new Promise((resolve, reject) => {
      this.#enqueue({ item, key: this.#options.keyOf(item), resolve, reject });
      // The microtask lets everything that arrived in this tick join the first batch.
      this.#running ??= Promise.resolve().then(() => this.#run());
    });
  }

  /** How many are waiting or being written. */
  get size(): number {
    return this.#count;
  }

  /** Whether nothing is waiting or being written. */
  get isIdle(): boolean {
    return this.#count === 0;
  }

  /** Resolves when nothing is waiting or being written. */
  async drain(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, this.#options.maxBatch);
      this.#waiting = this.#waiting.slice(this.#options.maxBatch);
      await this.#write(batch);
    }
    this.#running = undefined;
  }

  #enqueue(entry: Entry<Item, Outcome>): void {
    const { key } = entry;
    if (key !== undefined && this.#behind.has(key)) {
      const behind = this.#behind.get(key);
      if (behind) behind.push(entry);
      else this.#behind.set(key, [entry]);
      return;
    }
    // Most keys have nothing behind them, ever.
    if (key !== undefined) this.#behind.set(key, undefined);
    this.#waiting.push(entry);
  }

  #release({ key }: Entry<Item, Outcome>): void {
    this.#count -= 1;
    if (key === undefined) return;
    const next = this.#behind.get(key)?.shift();
    if (next) this.#waiting.push(next);
    else this.#behind.delete(key);
  }

  async #write(batch: Entry<Item, Outcome>[]): Promise<void> {
    try {
      const outcomes = await this.#options.write(batch.map((entry) => entry.item));
      batch.forEach((entry, index) => {
        const outcome = outcomes[index];
        this.#release(entry);
        if (outcome === undefined) entry.reject(new Error("a batch was written without an outcome for each item"));
        else entry.resolve(outcome);
      });
    } catch (error) {
      if (batch.length > 1 && this.#options.isItemFault(error)) await this.#writeHalves(batch);
      else for (const entry of batch) this.#fail(entry, error);
    }
  }

  #fail(entry: Entry<Item, Outcome>, error: unknown): void {
    this.#release(entry);
    entry.reject(error);
  }

  async #writeHalves(batch: Entry<Item, Outcome>[]): Promise<void> {
    const middle = Math.ceil(batch.length / 2);
    await this.#write(batch.slice(0, middle));
    await this.#write(batch.slice(middle));
  }
}
