/** A store that lasts as long as the process: for Node, for tests, and where a browser keeps nothing. */
import type { ClientStore, Entry, Range, TableName, Write } from "./store.ts";
import { storeError } from "./store-error.ts";

/** What each key holds, and the keys in their order, until there is another. */
type Table = { values: Map<string, unknown>; keys: string[] | undefined };

/** @returns an empty store; nothing but the values' own size limits it */
export function createMemoryStore(): ClientStore {
  const tables = new Map<TableName, Table>();
  let last: Promise<unknown> = Promise.resolve();
  let isClosed = false;

  /** Runs a transaction after those before it. */
  function inTurn<Result>(transaction: () => Result | Promise<Result>): Promise<Result> {
    if (isClosed) return Promise.reject(storeError("StoreClosedError", "The store is closed."));
    const result = last.then(transaction);
    // Whoever asked is told of the failure by `result`; the next in turn has no part in it.
    last = result.catch(() => undefined);
    return result;
  }

  function tableOf(name: TableName): Table {
    const table = tables.get(name) ?? { values: new Map(), keys: undefined };
    tables.set(name, table);
    return table;
  }

  return {
    get: (table, key) => inTurn(() => read(tableOf(table), key)),
    list: (table, range) => inTurn(() => select(tableOf(table), range)),
    update: (names, work) =>
      inTurn(async () => {
        const held = (name: TableName) => {
          if (!names.includes(name)) throw storeError("StoreTableError", "No such table.");
          return tableOf(name);
        };
        const result = await work({
          get: async (table, key) => read(held(table), key),
          list: async (table, range) => select(held(table), range),
        });
        // Whatever can fail comes before the first write.
        const writes = result.writes.map((write): [Table, Write] => [held(write.table), copyOf(write)]);
        for (const [table, write] of writes) apply(table, write);
        return result;
      }),
    clear: () => inTurn(() => tables.clear()),
    close: async () => {
      isClosed = true;
      await last;
      tables.clear();
    },
  };
}

function copyOf(write: Write): Write {
  return "value" in write ? { ...write, value: structuredClone(write.value) } : write;
}

function read(table: Table, key: string): unknown {
  return structuredClone(table.values.get(key));
}

function select(table: Table, { limit, reverse, ...range }: Range = {}): Entry[] {
  const keys = findKeys(table, range);
  if (reverse) keys.reverse();
  return structuredClone(keys.slice(0, limit).map((key) => ({ key, value: table.values.get(key) })));
}

function apply(table: Table, write: Write): void {
  const { values } = table;
  if ("range" in write) for (const key of findKeys(table, write.range)) values.delete(key);
  else if ("value" in write) {
    const isKnown = values.has(write.key);
    values.set(write.key, write.value);
    // The order stays as it is.
    if (isKnown) return;
  } else values.delete(write.key);
  table.keys = undefined;
}

/** In their order: sorting compares by UTF-16 code units, as IndexedDB does. */
function findKeys(table: Table, { from = "", before }: Pick<Range, "from" | "before">): string[] {
  table.keys ??= [...table.values.keys()].sort();
  return table.keys.filter((key) => key >= from && (before === undefined || key < before));
}
