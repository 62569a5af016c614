/** Writes what changed in memory to the store, a little later and all at once: rows never without their cursor. */
import type { Environment, Timer } from "../environment.ts";
import { findOrMakeId } from "../new-id.ts";
import type { ClientStore, Entry, Range, StoreReader, TableName, Write } from "../store/store.ts";

type RecorderParts = {
  store: ClientStore;
  env: Environment;
  /** Told when the store refused. What it did not take is given to it again; in the end it is left alone. */
  onError(error: unknown): void;
  /** Another tab writes to the same store: what it has that is newer stays. */
  isShared: boolean;
};

const delayMs = 50;
const retryMs = 1_000;
const maxFailures = 5;

type Recorded = Write | { table: TableName; key: string; make: () => unknown };

type Versioned = { change?: number; account_change?: number; cursor?: number };

export class Recorder {
  readonly #parts: RecorderParts;
  #waiting: Recorded[] = [];
  #timer: Timer;
  #writing: Promise<void> | undefined;
  #failures = 0;
  #isOver = false;
  #mark: unknown;

  constructor(parts: RecorderParts) {
    this.#parts = parts;
  }

  /** Marks the store, or takes the mark that it has: what follows is written only as long as it is there. */
  async begin(): Promise<void> {
    this.#isOver = false;
    this.#mark = await findOrMakeId(this.#parts.store, "mark");
  }

  put(table: TableName, key: string, value: unknown): void {
    this.#record({ table, key, value });
  }

  /** Puts what `make` gives when the store is written: for what changes often and is costly to work out. */
  putLate(table: TableName, key: string, make: () => unknown): void {
    this.#record({ table, key, make });
  }

  delete(table: TableName, key: string): void {
    this.#record({ table, key });
  }

  deleteRange(table: TableName, range: Pick<Range, "from" | "before">): void {
    this.#record({ table, range });
  }

  /** Resolves when all that was recorded before is in the store. @throws what the store throws */
  async flush(): Promise<void> {
    this.#parts.env.clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#writing) await this.#writing;
    if (this.#isOver || this.#waiting.length === 0) return;
    this.#writing = this.#write().finally(() => {
      this.#writing = undefined;
    });
    await this.#writing;
  }

  /** Whether another tab writes to the same store. */
  isShared(): boolean {
    return this.#parts.isShared;
  }

  /** Nothing is kept any more: what leaves memory is gone. */
  hasStopped(): boolean {
    return this.#isOver;
  }

  /** Records nothing more. */
  stop(): void {
    this.#isOver = true;
    this.#parts.env.clearTimeout(this.#timer);
    this.#waiting = [];
  }

  #record(one: Recorded): void {
    if (this.#isOver) return;
    this.#waiting.push(one);
    this.#flushSoon(delayMs);
  }

  #flushSoon(ms: number): void {
    const { env, onError } = this.#parts;
    this.#timer ??= env.setTimeout(() => void this.flush().catch(onError), ms);
  }

  async #write(): Promise<void> {
    const { store, isShared } = this.#parts;
    const writes = this.#waiting;
    this.#waiting = [];
    const tables = [...new Set<TableName>(["meta", ...writes.map((one) => one.table)])];
    const latest = dropOverwritten(writes).map(toWrite);
    try {
      const { isSame } = await store.update(tables, async (reader) => {
        // A browser empties a store when a person clears the site's data, and another tab when its user logs out. A cursor
        // that is written after that would vouch for rows that are gone.
        if ((await reader.get("meta", "mark")) !== this.#mark) return { writes: [], isSame: false };
        return { writes: isShared ? await keepNewer(reader, latest) : latest, isSame: true };
      });
      this.#failures = 0;
      if (!isSame) this.stop();
    } catch (error) {
      // A cursor that is written later must not claim rows that were lost.
      this.#waiting = [...writes, ...this.#waiting];
      this.#failures += 1;
      // What the store has is of one moment, and stays so: a later start goes on from there.
      if (this.#failures >= maxFailures) this.stop();
      else this.#flushSoon(retryMs * this.#failures);
      throw error;
    }
  }
}

function toWrite(one: Recorded): Write {
  return "make" in one ? { table: one.table, key: one.key, value: one.make() } : one;
}

/** Of several writes to a key, the last one counts; none is moved across a deletion of a range. */
function dropOverwritten(writes: readonly Recorded[]): Recorded[] {
  const seen = new Set<string>();
  const kept: Recorded[] = [];
  for (const one of [...writes].reverse()) {
    if ("range" in one) seen.clear();
    else {
      const name = `${one.table} ${one.key}`;
      if (seen.has(name)) continue;
      seen.add(name);
    }
    kept.push(one);
  }
  return kept.reverse();
}

async function keepNewer(reader: StoreReader, writes: readonly Write[]): Promise<Write[]> {
  const kept: Write[] = [];
  for (const one of writes) {
    if ("value" in one && versionOf(await reader.get(one.table, one.key)) > versionOf(one.value)) continue;
    kept.push(one);
  }
  return kept;
}

function versionOf(value: unknown): number {
  const { change, account_change: accountChange, cursor } = (value ?? {}) as Versioned;
  return change ?? accountChange ?? cursor ?? 0;
}

/** All entries whose keys begin with a prefix. */
export function withPrefix(prefix: string): { from: string; before: string } {
  return { from: prefix, before: `${prefix}\uffff` };
}

/** Where a message is kept. */
export function messageKey(roomId: string, sequence: number): string {
  return `${roomId}/${String(sequence).padStart(16, "0")}`;
}

/** The values of entries, which this version of the SDK wrote, or an older one of the same store. */
export function valuesOf<Value>(entries: readonly Entry[]): Value[] {
  return entries.map((entry) => entry.value as Value);
}
