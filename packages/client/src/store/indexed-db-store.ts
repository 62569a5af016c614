/** A store in IndexedDB, for browsers and their workers. */
import { Dexie, type Table, type Transaction } from "dexie";
import type { ClientStore, Entry, Put, Range, StoreReader, TableName, Write } from "./store.ts";
import { storeError } from "./store-error.ts";

/**
 * The tables of each version of the database, oldest first. What was released is never edited: a change is a new line,
 * with an upgrade if rows must change with it.
 */
const versions: readonly (readonly TableName[])[] = [
  ["meta", "rooms", "messages", "members", "watermarks", "account", "outbox"],
];

/**
 * Opens a database at its first use; any number of tabs may have it open. A transaction that may write the outbox is on
 * the disk when it resolves (`strict`): it holds what only this device knows. The others are in the system's hands
 * (`relaxed`): they survive a crash of the browser, and what a power cut takes, a sync brings again, for a cursor is in
 * the same transaction as what it stands for.
 * If the browser ends the connection (site data cleared, disk trouble) what was under way is rejected, `AbortError` or `DatabaseClosedError`, and
 * the next use opens it again, so that it may then be empty. When a newer version of the SDK, in another tab, upgrades
 * the database, this one gives way at once, and is rejected from then on: `StoreTooNewError`.
 * Other rejections: `QuotaExceededError` (no room), `InvalidStateError` (a browser that keeps nothing, as Firefox's
 * private windows once did), `MissingAPIError` (no IndexedDB here), `PrematureCommitError` (`work` awaited something else).
 */
export function createIndexedDbStore(options: { name: string }): ClientStore {
  const db = defineDatabase(options.name);
  const running = new Set<Promise<unknown>>();
  let opened: Promise<unknown> | undefined;
  let isClosed = false;
  // Also fired when it could not be opened, so that the next use tries anew.
  db.on("close", () => {
    opened = undefined;
  });

  /** All reads and writes come this way, so that they take their turns as they were asked for. */
  function transact<Result>(
    mode: "r" | "rw",
    tables: readonly TableName[],
    scope: (transaction: Transaction) => Promise<Result>,
  ): Promise<Result> {
    if (isClosed) return Promise.reject(storeError("StoreClosedError", "The store is closed."));
    const result = inDatabase(() => db.transaction(`${mode}!`, [...new Set(tables)], scope));
    running.add(result);
    const end = () => running.delete(result);
    result.then(end, end);
    return result;
  }

  async function inDatabase<Result>(run: () => PromiseLike<Result>): Promise<Result> {
    try {
      // All wait for one promise: Dexie lets those that come while it opens overtake the first.
      opened ??= db.open();
      await opened;
      return await run();
    } catch (error) {
      const cause = causeOf(error);
      // Dexie has opened it again three times by now, and would never do so again.
      if (cause instanceof Error && cause.name === "InvalidStateError") db.close({ disableAutoOpen: false });
      throw cause;
    }
  }

  return {
    get: (table, key) => transact("r", [table], (transaction) => readerOf(transaction).get(table, key)),
    list: (table, range) => transact("r", [table], (transaction) => readerOf(transaction).list(table, range)),
    update: (tables, work) =>
      transact("rw", tables, async (transaction) => {
        const result = await work(readerOf(transaction));
        await write(transaction, result.writes);
        return result;
      }),
    clear: () =>
      transact("rw", tablesNow(), async (transaction) => {
        for (const name of tablesNow()) await tableOf(transaction, name).clear();
      }),
    close: async () => {
      isClosed = true;
      await Promise.allSettled(running);
      db.close();
    },
  };
}

function defineDatabase(name: string): Dexie {
  const db = new Dexie(name, { autoOpen: false, cache: "disabled", indexedDB: refuseNewer() });
  for (const [index, tables] of versions.entries()) {
    db.version(index + 1).stores(Object.fromEntries(tables.map((table) => [table, "key"])));
  }
  db.use({
    stack: "dbcore",
    name: "durability",
    create: (down) => ({
      transaction: (stores, mode) =>
        down.transaction(stores, mode, { durability: stores.includes("outbox") ? "strict" : "relaxed" }),
    }),
  });
  // `false` keeps Dexie's own handlers, which say the same on the console, from running too.
  db.on("versionchange", () => {
    db.close({ disableAutoOpen: false });
    return false;
  });
  // Older tabs give way as above: the wait is as short as what they have under way.
  db.on("blocked", () => false);
  return db;
}

/**
 * Dexie opens a newer database all the same, asking for no version, and adds to it what it thinks is missing: rows
 * that this version doesn't understand would be read and overwritten. So what asks for no version is refused.
 */
function refuseNewer() {
  const { indexedDB } = Dexie.dependencies;
  return (
    indexedDB && {
      open: (name: string, version?: number) => {
        if (version === undefined) throw storeError("StoreTooNewError", "The store is of a newer version of the SDK.");
        return indexedDB.open(name, version);
      },
      // Where this is missing Dexie keeps a list of its own, in one more database.
      databases: () => indexedDB.databases(),
    }
  );
}

function tablesNow(): readonly TableName[] {
  return versions.at(-1) ?? [];
}

function tableOf(transaction: Transaction, name: TableName): Table<Entry, string> {
  return transaction.table<Entry, string>(name);
}

function readerOf(transaction: Transaction): StoreReader {
  return {
    get: async (table, key) => (await tableOf(transaction, table).get(key))?.value,
    list: async (table, range = {}) => {
      const { limit, reverse } = range;
      if (limit === 0) return [];
      const entries = entriesOf(tableOf(transaction, table), range);
      const ordered = reverse ? entries.reverse() : entries;
      return await (limit === undefined ? ordered : ordered.limit(limit)).toArray();
    },
  };
}

function entriesOf(table: Table<Entry, string>, { from, before }: Range) {
  if (from === undefined) return before === undefined ? table.toCollection() : table.where("key").below(before);
  if (before === undefined) return table.where("key").aboveOrEqual(from);
  return table.where("key").between(from, before, true, false);
}

async function write(transaction: Transaction, writes: readonly Write[]): Promise<void> {
  for (const group of groupPuts(writes)) {
    if (Array.isArray(group)) await putAll(transaction, group);
    else if ("range" in group) await entriesOf(tableOf(transaction, group.table), group.range).delete();
    else await tableOf(transaction, group.table).delete(group.key);
  }
}

async function putAll(transaction: Transaction, puts: readonly Put[]): Promise<void> {
  const [first] = puts;
  if (first) await tableOf(transaction, first.table).bulkPut(puts.map(({ key, value }) => ({ key, value })));
}

/** Puts into one table that follow each other go to the database together: much faster for a page of messages. */
function groupPuts(writes: readonly Write[]): (Put[] | Exclude<Write, Put>)[] {
  const groups: (Put[] | Exclude<Write, Put>)[] = [];
  for (const write of writes) {
    const before = groups.at(-1);
    if (!("value" in write)) groups.push(write);
    else if (Array.isArray(before) && before[0]?.table === write.table) before.push(write);
    else groups.push([write]);
  }
  return groups;
}

/** Dexie wraps what the browser said, sometimes twice ("AbortError" for a full disk): the browser's word is clearer. */
function causeOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof Dexie.DexieError) {
    const { inner, failures } = cause as { inner?: unknown; failures?: unknown[] };
    const next = inner ?? failures?.[0];
    if (!(next instanceof Error)) break;
    cause = next;
  }
  return cause;
}
