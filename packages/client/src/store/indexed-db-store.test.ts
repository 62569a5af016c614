/** The store in IndexedDB keeps the contract on an IndexedDB written in JavaScript; indexed-db-store.chromium.test.ts runs it in a browser. */
import "fake-indexeddb/auto";
import { forceCloseDatabase } from "fake-indexeddb";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createIndexedDbStore } from "./indexed-db-store.ts";
import type { ClientStore } from "./store.ts";
import {
  failureOf,
  keysOf,
  lastingStoreRules,
  put,
  type StoreUnderTest,
  storeRules,
  writeAll,
} from "./store-contract.fixture.ts";
import { checkAgainstModel } from "./store-model.fixture.ts";

/** What this file uses of the browser's interface: the project's types know no browser. */
type Database = {
  version: number;
  objectStoreNames: ArrayLike<string>;
  close(): void;
  transaction(stores: string[], mode: string, options?: { durability: string }): { durability: string };
};
type OpenRequest = { result: Database; onsuccess: () => void; onerror: () => void; onblocked: () => void };
type Factory = { open(name: string, version?: number): OpenRequest };
const factory = (globalThis as unknown as { indexedDB: Factory }).indexedDB;
const databasePrototype = (globalThis as unknown as { IDBDatabase: { prototype: Database } }).IDBDatabase.prototype;

let names = 0;
const opened: ClientStore[] = [];
/** What the stores of a test opened, in order. */
let databases: Database[] = [];

function open(name: string): ClientStore {
  const store = createIndexedDbStore({ name });
  opened.push(store);
  return store;
}

function createUnder(): StoreUnderTest {
  names += 1;
  const name = `store-${names}`;
  return { open: () => open(name), expectEqual: (actual, expected) => expect(actual).toStrictEqual(expected) };
}

beforeEach(() => {
  databases = [];
  const openDatabase = factory.open.bind(factory);
  vi.spyOn(factory, "open").mockImplementation((name, version) => {
    const request = openDatabase(name, version);
    (request as unknown as EventTarget).addEventListener("success", () => databases.push(request.result));
    return request;
  });
});

afterEach(async () => {
  vi.restoreAllMocks();
  for (const store of opened.splice(0)) await store.close();
});

for (const [title, rule] of Object.entries({ ...storeRules, ...lastingStoreRules })) {
  it(`IndexedDB store: ${title}`, () => rule(createUnder()));
}

it("IndexedDB store: random transactions leave it equal to a model", async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.log(`seed of the store in IndexedDB: ${seed}`);
  const create = () => {
    const under = createUnder();
    const reopen = async (store: ClientStore) => {
      await store.close();
      return under.open();
    };
    return { ...under, reopen };
  };
  await checkAgainstModel(create, { seed, numRuns: 60 });
});

it("[G1] what may write the outbox is written strictly, the rest as the system likes", async () => {
  const seen: string[] = [];
  const transaction = databasePrototype.transaction;
  vi.spyOn(databasePrototype, "transaction").mockImplementation(function (this: Database, stores, mode, options) {
    if (mode === "readwrite") seen.push(`${[stores].flat().join("+")} ${options?.durability}`);
    return transaction.call(this, stores, mode, options);
  });
  const store = open("durability");
  await writeAll(store, [put("a")]);
  await writeAll(store, [put("a"), put("a", 1, "outbox")]);
  expect(seen).toEqual(["messages relaxed", expect.stringMatching(/^(messages\+outbox|outbox\+messages) strict$/)]);
});

it("gives way to a newer version in another tab, and says so from then on", async () => {
  const store = open("newer");
  await writeAll(store, [put("a")]);
  const newer = await openVersion("newer", 20);
  expect(await failureOf(store.get("messages", "a"))).toBe("StoreTooNewError");
  newer.close();
  expect(await failureOf(store.list("messages"))).toBe("StoreTooNewError");
  expect(await failureOf(open("newer").clear())).toBe("StoreTooNewError");
  // It neither changed nor repaired what it doesn't know.
  const after = await openVersion("newer");
  expect(after.version).toBe(20);
  after.close();
});

it("adds its tables to an older database, and waits until the older tab has given way", async () => {
  const older = await openVersion("older", 1);
  const store = open("older");
  const asked = store.list("messages");
  await once(older, "versionchange");
  older.close();
  expect(await asked).toEqual([]);
  await writeAll(store, [put("a")]);
  expect(Array.from(databases.at(-1)?.objectStoreNames ?? [])).toContain("outbox");
});

it("opens again after the browser ended the connection, and goes on with what is there", async () => {
  const store = open("ended");
  await writeAll(store, [put("a", 1)]);
  const [database] = databases;
  if (!database) throw new Error("nothing was opened");
  const ended = once(database, "close");
  forceCloseDatabase(database as unknown as Parameters<typeof forceCloseDatabase>[0]);
  await ended;
  expect(await store.get("messages", "a")).toBe(1);
  await writeAll(store, [put("b")]);
  expect(await keysOf(store, "messages")).toEqual(["a", "b"]);
  expect(databases).toHaveLength(2);
});

it("opens again when a transaction can't be begun, and rejects with InvalidStateError if that never helps", async () => {
  vi.spyOn(console, "warn").mockReturnValue(undefined);
  const spy = vi.spyOn(databasePrototype, "transaction");
  const store = open("invalid");
  await writeAll(store, [put("a", 1)]);
  spy.mockImplementationOnce(() => {
    throw new DOMException("the connection is closing", "InvalidStateError");
  });
  expect(await store.get("messages", "a")).toBe(1);
  expect(databases).toHaveLength(2);
  spy.mockImplementation(() => {
    throw new DOMException("the connection is closing", "InvalidStateError");
  });
  expect(await failureOf(store.get("messages", "a"))).toBe("InvalidStateError");
  expect(await failureOf(writeAll(store, [put("b")]))).toBe("InvalidStateError");
  spy.mockRestore();
  expect(await keysOf(store, "messages")).toEqual(["a"]);
});

it("rejects with the browser's word if the database can't be opened, and tries again at the next use", async () => {
  const store = open("unopened");
  vi.mocked(factory.open).mockImplementationOnce(() => {
    throw new DOMException("no storage in this window", "InvalidStateError");
  });
  expect(await failureOf(store.get("meta", "a"))).toBe("InvalidStateError");
  expect(await store.get("meta", "a")).toBe(undefined);
});

it("a put that the disk has no room for is QuotaExceededError, and nothing of its transaction is there", async () => {
  const store = open("full");
  await writeAll(store, [put("a", 1)]);
  const { IDBObjectStore } = globalThis as unknown as {
    IDBObjectStore: { prototype: { put(...args: unknown[]): void } };
  };
  const spy = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
    throw new DOMException("no room", "QuotaExceededError");
  });
  const writes = [{ table: "messages", range: {} } as const, put("b", 1)];
  expect(await failureOf(writeAll(store, writes))).toBe("QuotaExceededError");
  spy.mockRestore();
  expect(await keysOf(store, "messages")).toEqual(["a"]);
});

it("a work that awaits something else than its reader is refused, and writes nothing", async () => {
  const store = open("premature");
  const update = store.update(["meta"], async (reader) => {
    await reader.get("meta", "a");
    await new Promise((resolve) => setTimeout(resolve, 20));
    return { writes: [put("a", 1, "meta")] };
  });
  expect(await failureOf(update)).toMatch(/PrematureCommitError|TransactionInactiveError/);
  expect(await store.list("meta")).toEqual([]);
});

function openVersion(name: string, version?: number): Promise<Database> {
  return new Promise((resolve, reject) => {
    const request = factory.open(name, version);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new Error(`${name} can't be opened`));
  });
}

function once(target: unknown, event: string): Promise<void> {
  return new Promise((resolve) => {
    (target as EventTarget).addEventListener(event, () => resolve(), { once: true });
  });
}
