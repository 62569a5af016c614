/** Times operations one by one, and what processors did for all of a kind. */

/** In the order of a round. */
export const kinds = ["rename", "add", "mention", "info", "info_next", "remove"] as const;
export type Kind = (typeof kinds)[number];

/** Milliseconds of this process's clock, and how long the answer took. */
export type Done = { kind: Kind; startedAt: number; ms: number };

/** Seconds of processors; undefined where the system does not tell. */
export type Used = { server: number | undefined; database: number | undefined };

/** Pages of info are read in turn: what is used for the next ones is counted with the first. */
export type UsedFor = { kind: Exclude<Kind, "info_next">; server: number; database: number };

export class Stopwatch {
  readonly done: Done[] = [];
  /** Empty where the system does not tell. */
  readonly used: UsedFor[] = [];
  readonly #readUsed: () => Promise<Used>;

  /** @param readUsed up to now */
  constructor(readUsed: () => Promise<Used>) {
    this.#readUsed = readUsed;
  }

  /** Times one operation. */
  async time<Value>(kind: Kind, work: () => Promise<Value>): Promise<Value> {
    const startedAt = performance.now();
    const value = await work();
    this.done.push({ kind, startedAt, ms: performance.now() - startedAt });
    return value;
  }

  /** Works through the items of a kind, each as soon as the one before it is done. */
  async forEach<Item, Value>(
    kind: UsedFor["kind"],
    items: readonly Item[],
    work: (item: Item) => Promise<Value>,
  ): Promise<Value[]> {
    const before = await this.#readUsed();
    const values: Value[] = [];
    for (const item of items) values.push(await work(item));
    const after = await this.#readUsed();
    const [server, database] = [subtract(after.server, before.server), subtract(after.database, before.database)];
    if (server !== undefined && database !== undefined) this.used.push({ kind, server, database });
    return values;
  }
}

function subtract(after: number | undefined, before: number | undefined): number | undefined {
  return after === undefined || before === undefined ? undefined : after - before;
}
