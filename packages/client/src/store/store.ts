/** What a device keeps: ordered tables of plain values, behind one port with several adapters. */

/** The tables. A key is text; entries are in the order of their keys, by UTF-16 code units. */
export const tableNames = ["meta", "rooms", "messages", "members", "watermarks", "account", "outbox"] as const;

export type TableName = (typeof tableNames)[number];

/** A value is what `structuredClone` takes: JSON, and also Blobs. */
export type Entry = { key: string; value: unknown };

/**
 * Entries whose key is at least `from` and less than `before`, in ascending order; with `reverse` in descending order.
 * Of these the first `limit`: so with `reverse` the last ones of the range, the very last one first.
 */
export type Range = {
  from?: string | undefined;
  before?: string | undefined;
  limit?: number | undefined;
  reverse?: boolean | undefined;
};

export type Put = { table: TableName; key: string; value: unknown };
type Delete = { table: TableName; key: string };
/** Deletes all that a range holds; `limit` and `reverse` do not apply. */
type DeleteRange = { table: TableName; range: Pick<Range, "from" | "before"> };
export type Write = Put | Delete | DeleteRange;

/** Reads inside one transaction; what it asks for before it is over is seen as of one moment. */
export type StoreReader = {
  /** @returns a copy of the value, undefined where there is none */
  get(table: TableName, key: string): Promise<unknown>;
  list(table: TableName, range?: Range): Promise<Entry[]>;
};

/**
 * A store. Values go in and come out by copy. Two clients may have the same store open at once, in two tabs: each
 * transaction is atomic, isolated from the others, and durable as far as the adapter is. What is asked of one store
 * happens in the order in which it was asked: a read sees every `update` that was asked before it, awaited or not.
 * Failures are rejections that tell themselves by `name`: `StoreClosedError` after `close`, `DataCloneError` for a value
 * that can't be copied, and what else the adapter says.
 */
export interface ClientStore extends StoreReader {
  /**
   * Reads in a transaction, then writes what `work` returns, in that order, all or nothing: if `work` throws or a write
   * is refused, nothing has changed. `work` awaits nothing but its reader, not even the store itself: a transaction does
   * not wait for the world. It reads and writes only `tables`.
   * @returns what `work` returned
   */
  update<Result extends { writes: readonly Write[] }>(
    tables: readonly TableName[],
    work: (reader: StoreReader) => Promise<Result>,
  ): Promise<Result>;
  /** Deletes every entry of every table. */
  clear(): Promise<void>;
  /** Ends it once what was asked before is done; what is asked later is rejected. May be called again. */
  close(): Promise<void>;
}
