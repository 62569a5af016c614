/** What indexed-db-store.chromium.test.ts loads into a page: the store, its rules, and the model. */
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

const rules = { ...storeRules, ...lastingStoreRules };
let names = 0;

const page = {
  createIndexedDbStore,
  put,
  writeAll,
  keysOf,
  failureOf,

  async run(title: string): Promise<void> {
    const rule = rules[title];
    if (!rule) throw new Error(`no rule "${title}"`);
    const { under, closeAll } = createUnder();
    try {
      await rule(under);
    } finally {
      await closeAll();
    }
  },

  async checkAgainstModel(seed: number, numRuns: number): Promise<void> {
    const create = () => {
      const { under } = createUnder();
      const reopen = async (store: ClientStore) => {
        await store.close();
        return under.open();
      };
      return { ...under, reopen };
    };
    await checkAgainstModel(create, { seed, numRuns });
  },

  /** Raises a counter so many times, each time in a transaction of its own. */
  async count(name: string, times: number): Promise<unknown> {
    const store = createIndexedDbStore({ name });
    const increment = () =>
      store.update(["meta"], async (reader) => ({
        writes: [put("count", Number((await reader.get("meta", "count")) ?? 0) + 1, "meta")],
      }));
    await Promise.all(Array.from({ length: times }, increment));
    const count = await store.get("meta", "count");
    await store.close();
    return count;
  },
};

export type StorePage = typeof page;

Object.assign(globalThis, { storePage: page });

function createUnder(): { under: StoreUnderTest; closeAll(): Promise<void> } {
  names += 1;
  const name = `page-${names}`;
  const opened: ClientStore[] = [];
  const open = () => {
    const store = createIndexedDbStore({ name });
    opened.push(store);
    return store;
  };
  const closeAll = async () => {
    for (const store of opened) await store.close();
  };
  return { under: { open, expectEqual }, closeAll };
}

function expectEqual(actual: unknown, expected: unknown): void {
  const [given, wanted] = [describe(actual), describe(expected)];
  if (given !== wanted) throw new Error(`expected ${wanted.slice(0, 2_000)}, got ${given.slice(0, 2_000)}`);
}

/** The same text for equal values only: with the order of lists, without that of properties. */
function describe(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(describe).join(",")}]`;
  if (value instanceof Uint8Array) return `bytes(${value.join(",")})`;
  if (value instanceof Date) return `date(${value.getTime()})`;
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "undefined";
  const properties = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${properties.map(([key, each]) => `${JSON.stringify(key)}:${describe(each)}`).join(",")}}`;
}
