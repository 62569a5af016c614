/**
 * What every adapter of the port `ClientStore` must do (store.ts). Knows neither Node nor a test runner: the same rules
 * run in a page of a browser.
 */
import { type ClientStore, type Entry, type TableName, tableNames, type Write } from "./store.ts";

export type StoreUnderTest = {
  /** Opens the store of this test, the same data each time. */
  open(): ClientStore;
  /** Throws unless both are equal in all parts. */
  expectEqual(actual: unknown, expected: unknown): void;
};

export type StoreRule = (under: StoreUnderTest) => Promise<void>;

/** Ascending by UTF-16 code units: an astral character (a pair of surrogates) comes before U+E000 and U+FFFF. */
export const orderedKeys = [
  ...["", "\u0000", "\u0000a", " ", "/", "0", "10", "2", "A", "Z", "a", "a\u0000", "a/", "a/1", "a/\uffff", "a0", "aa"],
  ...["\u00e9", "\u20ac", "\ud7ff", "\ud83d", "\ud83d\ude00", "\ud83d\ude00a", "\udc00", "\ue000", "\uffff"],
];

/** The name that a rejection tells itself by. */
export async function failureOf(promise: Promise<unknown>): Promise<string> {
  return await promise.then(
    () => "did not fail",
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  );
}

/** Writes in one transaction. */
export async function writeAll(store: ClientStore, writes: readonly Write[]): Promise<void> {
  await store.update([...new Set(writes.map(({ table }) => table))], async () => ({ writes }));
}

export function put(key: string, value: unknown = key, table: TableName = "messages"): Write {
  return { table, key, value };
}

export async function keysOf(store: ClientStore, ...range: Parameters<ClientStore["list"]>): Promise<string[]> {
  return (await store.list(...range)).map(({ key }) => key);
}

function increment(store: ClientStore): Promise<unknown> {
  return store.update(["meta"], async (reader) => {
    const count = (await reader.get("meta", "count")) ?? 0;
    return { writes: [{ table: "meta", key: "count", value: Number(count) + 1 }] };
  });
}

export const storeRules: Record<string, StoreRule> = {
  "gives back what was put, undefined where nothing is, an empty list of an empty table": async (under) => {
    const store = under.open();
    under.expectEqual(await store.get("rooms", "r1"), undefined);
    under.expectEqual(await store.list("rooms"), []);
    const value = { name: "Ö", list: [1, null, { deep: true }], at: new Date(5), bytes: new Uint8Array([1, 2]) };
    await writeAll(store, [put("r1", value, "rooms")]);
    under.expectEqual(await store.get("rooms", "r1"), value);
    under.expectEqual(await store.list("rooms"), [{ key: "r1", value }]);
    under.expectEqual(await store.get("messages", "r1"), undefined);
    under.expectEqual(await store.get("rooms", "r"), undefined);
  },

  "keeps keys in the order of their UTF-16 code units, however they came": async (under) => {
    const store = under.open();
    const shuffled = orderedKeys.map((_, index) => orderedKeys[(index * 7) % orderedKeys.length] ?? "");
    await writeAll(
      store,
      shuffled.map((key) => put(key)),
    );
    under.expectEqual(await keysOf(store, "messages"), orderedKeys);
    under.expectEqual(await keysOf(store, "messages", { reverse: true }), orderedKeys.toReversed());
    for (const key of orderedKeys) under.expectEqual(await store.get("messages", key), key);
  },

  "lists a range: from is in it, before is not": async (under) => {
    const store = under.open();
    await writeAll(
      store,
      orderedKeys.map((key) => put(key)),
    );
    for (const [from, before] of [
      [0, 3],
      [3, 9],
      [13, 20],
      [19, 26],
      [4, 4],
      [9, 3],
    ] as const) {
      const range = { from: orderedKeys[from], before: orderedKeys[before] };
      under.expectEqual(await keysOf(store, "messages", range), orderedKeys.slice(from, Math.max(from, before)));
      under.expectEqual(await keysOf(store, "messages", { from: range.from }), orderedKeys.slice(from));
      under.expectEqual(await keysOf(store, "messages", { before: range.before }), orderedKeys.slice(0, before));
    }
    under.expectEqual(await keysOf(store, "messages", { from: "a/", before: "a0" }), ["a/", "a/1", "a/\uffff"]);
    under.expectEqual(await keysOf(store, "messages", { from: "a/0", before: "a/9" }), ["a/1"]);
    under.expectEqual(await keysOf(store, "messages", { before: "" }), []);
    under.expectEqual(await keysOf(store, "messages", { from: "\uffff\uffff" }), []);
  },

  "gives the first of a range, or the last in descending order, up to a limit": async (under) => {
    const store = under.open();
    const keys = ["a", "b", "c", "d", "e"];
    await writeAll(
      store,
      keys.map((key) => put(key)),
    );
    const list = (range: Parameters<ClientStore["list"]>[1]) => keysOf(store, "messages", range);
    under.expectEqual(await list({ limit: 2 }), ["a", "b"]);
    under.expectEqual(await list({ limit: 2, reverse: true }), ["e", "d"]);
    under.expectEqual(await list({ limit: 2, reverse: false, from: "b" }), ["b", "c"]);
    under.expectEqual(await list({ limit: 2, reverse: true, before: "d" }), ["c", "b"]);
    under.expectEqual(await list({ limit: 9, reverse: true, from: "b", before: "d" }), ["c", "b"]);
    under.expectEqual(await list({ limit: 9 }), keys);
    under.expectEqual([await list({ limit: 0 }), await list({ limit: 0, reverse: true })], [[], []]);
    under.expectEqual(await list({ from: undefined, before: undefined, limit: undefined, reverse: undefined }), keys);
  },

  "puts, deletes and deletes ranges in the order in which they are given": async (under) => {
    const store = under.open();
    await writeAll(store, [put("a"), put("b"), put("c"), put("d")]);
    await writeAll(store, [
      put("b", "lost"),
      { table: "messages", range: { from: "a", before: "c" } },
      put("a", "again"),
      put("c", "first"),
      put("c", "second"),
      put("x", 1, "rooms"),
      { table: "messages", key: "d" },
      { table: "messages", key: "none" },
      put("e"),
      { table: "messages", key: "e" },
      { table: "rooms", range: { from: "z", before: "a" } },
    ]);
    const left = [put("a", "again"), put("c", "second")].map(({ table: _, ...entry }) => entry);
    under.expectEqual(await store.list("messages"), left);
    under.expectEqual(await store.list("rooms"), [{ key: "x", value: 1 }]);
    await writeAll(store, [{ table: "messages", range: { from: "b" } }]);
    under.expectEqual(await keysOf(store, "messages"), ["a"]);
    await writeAll(store, [{ table: "messages", range: {} }, put("n")]);
    under.expectEqual(await keysOf(store, "messages"), ["n"]);
  },

  "reads before it writes, and gives what the work gave": async (under) => {
    const store = under.open();
    await writeAll(store, [put("a", 1), put("b", 2)]);
    const result = await store.update(["messages", "meta", "messages"], async (reader) => {
      const [one, list] = await Promise.all([reader.get("messages", "a"), reader.list("messages", { from: "b" })]);
      const none = await reader.get("meta", "none");
      await Promise.resolve();
      const again = await reader.list("messages", { reverse: true, limit: 1 });
      return { seen: [one, list, none, again], writes: [put("c", again.length)] };
    });
    under.expectEqual(result.seen, [1, [{ key: "b", value: 2 }], undefined, [{ key: "b", value: 2 }]]);
    under.expectEqual(await keysOf(store, "messages"), ["a", "b", "c"]);
    under.expectEqual(await store.update(["meta"], async () => ({ writes: [] })), { writes: [] });
  },

  "changes nothing if the work throws, at once or after it has read, and tells what was thrown": async (under) => {
    const store = under.open();
    await writeAll(store, [put("a", 1)]);
    const error = new RangeError("no");
    const late = store.update(["messages"], async (reader) => {
      await reader.get("messages", "a");
      throw error;
    });
    under.expectEqual((await late.catch((reason: unknown) => reason)) === error, true);
    const early = store.update(["messages"], () => {
      throw error;
    });
    under.expectEqual(await failureOf(early), "RangeError");
    under.expectEqual(await store.list("messages"), [{ key: "a", value: 1 }]);
  },

  "changes nothing if one value can't be copied, or is for a table that the transaction does not hold": async (
    under,
  ) => {
    const store = under.open();
    await writeAll(store, [put("a", 1)]);
    const uncopied = writeAll(store, [put("b"), { table: "messages", range: { before: "b" } }, put("c", () => 1)]);
    under.expectEqual(await failureOf(uncopied), "DataCloneError");
    const outside = store.update(["messages"], async () => ({ writes: [put("b"), put("r", 1, "rooms")] }));
    under.expectEqual((await failureOf(outside)) === "did not fail", false);
    const looking = store.update(["messages"], async (reader) => {
      await reader.get("rooms", "r");
      return { writes: [put("b")] };
    });
    under.expectEqual((await failureOf(looking)) === "did not fail", false);
    under.expectEqual(await store.list("messages"), [{ key: "a", value: 1 }]);
    under.expectEqual(await store.list("rooms"), []);
  },

  "runs updates one after another: a counter that two clients raise 100 times each is at 200": async (under) => {
    const stores = [under.open(), under.open()];
    await Promise.all(Array.from({ length: 100 }, () => stores.map(increment)).flat());
    for (const store of stores) under.expectEqual(await store.get("meta", "count"), 200);
  },

  "answers in the order in which it was asked, from its first use on": async (under) => {
    const store = under.open();
    const before = store.get("meta", "count");
    const asked = [increment(store), increment(store)];
    const after = store.get("meta", "count");
    const list = store.list("meta");
    const more = increment(store);
    under.expectEqual([await before, await after, await list], [undefined, 2, [{ key: "count", value: 2 }]]);
    await Promise.all([...asked, more]);
    under.expectEqual(await store.get("meta", "count"), 3);
  },

  "goes on after an update that failed": async (under) => {
    const store = under.open();
    const failed = store.update(["meta"], () => Promise.reject(new RangeError("no")));
    const done = increment(store);
    under.expectEqual(await failureOf(failed), "RangeError");
    await done;
    under.expectEqual(await store.get("meta", "count"), 1);
  },

  "takes and gives copies, never references": async (under) => {
    const store = under.open();
    const value = { list: [1] };
    await writeAll(store, [put("a", value), put("b", value)]);
    value.list.push(2);
    const [first, second] = (await store.list("messages")) as { key: string; value: typeof value }[];
    first?.value.list.push(3);
    under.expectEqual(second?.value, { list: [1] });
    const read = (await store.get("messages", "a")) as typeof value;
    read.list.push(4);
    await store.update(["messages"], async (reader) => {
      const inside = (await reader.get("messages", "a")) as typeof value;
      inside.list.push(5);
      return { writes: [] };
    });
    under.expectEqual(await store.get("messages", "a"), { list: [1] });
  },

  "keeps Blobs, their type and their bytes": async (under) => {
    const store = under.open();
    const blob = new Blob([new Uint8Array([0, 255, 7])], { type: "image/png" });
    await writeAll(store, [put("a", { blob, name: "x.png" }, "outbox")]);
    const [entry] = (await store.list("outbox")) as { key: string; value: { blob: Blob; name: string } }[];
    under.expectEqual([entry?.value.name, entry?.value.blob.type], ["x.png", "image/png"]);
    const bytes = entry ? new Uint8Array(await entry.value.blob.arrayBuffer()) : undefined;
    under.expectEqual(bytes, new Uint8Array([0, 255, 7]));
  },

  "clears every table, and is of use after that": async (under) => {
    const store = under.open();
    await writeAll(
      store,
      tableNames.map((table) => put("a", 1, table)),
    );
    for (const table of tableNames) under.expectEqual(await store.get(table, "a"), 1);
    await store.clear();
    for (const table of tableNames) under.expectEqual(await store.list(table), []);
    await writeAll(store, [put("b", 2)]);
    under.expectEqual(await store.list("messages"), [{ key: "b", value: 2 }]);
  },

  "finishes what was asked before it is closed, and refuses what is asked later": async (under) => {
    const store = under.open();
    const asked = [increment(store), store.get("meta", "count")] as const;
    await Promise.all([store.close(), store.close()]);
    under.expectEqual(await asked[1], 1);
    const refused = [store.get("meta", "a"), store.list("meta"), increment(store), store.clear()];
    under.expectEqual(await Promise.all(refused.map(failureOf)), Array(4).fill("StoreClosedError"));
    await store.close();
  },

  "holds 5,000 entries, and lists the last 50 of a room among them": async (under) => {
    const store = under.open();
    const keyOf = (index: number) => `room${index % 5}/${String(index).padStart(8, "0")}`;
    const value = { body: "Hello".repeat(10), sender: "ada" };
    const writes = Array.from({ length: 5_000 }, (_, index) => put(keyOf(index), { ...value, index }));
    await writeAll(store, writes);
    under.expectEqual((await store.list("messages")).length, 5_000);
    const last: Entry[] = await store.list("messages", { from: "room2/", before: "room20", limit: 50, reverse: true });
    const indexes = Array.from({ length: 50 }, (_, index) => 4_997 - 5 * index);
    under.expectEqual(
      last,
      indexes.map((index) => ({ key: keyOf(index), value: { ...value, index } })),
    );
    await writeAll(store, [{ table: "messages", range: { from: "room2/", before: "room20" } }]);
    under.expectEqual((await store.list("messages")).length, 4_000);
  },
};

/** For adapters that several clients may open, and that last. */
export const lastingStoreRules: Record<string, StoreRule> = {
  "[G5] two clients of one store see each other's writes": async (under) => {
    const [one, two] = [under.open(), under.open()];
    await writeAll(one, [put("a", 1)]);
    under.expectEqual(await two.get("messages", "a"), 1);
    await writeAll(two, [{ table: "messages", key: "a" }, put("b", 2)]);
    under.expectEqual(await one.list("messages"), [{ key: "b", value: 2 }]);
    await one.close();
    under.expectEqual(await two.get("messages", "b"), 2);
    await two.clear();
    under.expectEqual(await under.open().list("messages"), []);
  },

  "[G5] what was written is there after the store was closed and opened again": async (under) => {
    const store = under.open();
    await writeAll(
      store,
      orderedKeys.map((key) => put(key)),
    );
    await writeAll(store, [put("o", { blob: new Blob(["hi"]) }, "outbox")]);
    await store.close();
    const again = under.open();
    under.expectEqual(await keysOf(again, "messages"), orderedKeys);
    const { blob } = (await again.get("outbox", "o")) as { blob: Blob };
    under.expectEqual(await blob.text(), "hi");
  },
};
