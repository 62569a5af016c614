/** The store in memory keeps the contract, and is fast. */
import { expect, it } from "vitest";
import { createMemoryStore } from "./memory-store.ts";
import { keysOf, put, type StoreUnderTest, storeRules, writeAll } from "./store-contract.fixture.ts";
import { checkAgainstModel } from "./store-model.fixture.ts";

/** Two clients of one store in memory are two users of one object. */
function createUnder(): StoreUnderTest {
  const store = createMemoryStore();
  return { open: () => store, expectEqual: (actual, expected) => expect(actual).toStrictEqual(expected) };
}

for (const [title, rule] of Object.entries(storeRules)) it(`memory store: ${title}`, () => rule(createUnder()));

it("memory store: random transactions leave it equal to a model", async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.log(`seed of the store in memory: ${seed}`);
  await checkAgainstModel(() => ({ ...createUnder(), reopen: async (store) => store }), { seed, numRuns: 300 });
});

it("memory store: two stores have nothing in common", async () => {
  const [one, two] = [createMemoryStore(), createMemoryStore()];
  await writeAll(one, [put("a")]);
  expect(await two.list("messages")).toEqual([]);
});

it("memory store: 10,000 messages that come in no order are put and read in moments", async () => {
  const store = createMemoryStore();
  const start = performance.now();
  for (let page = 0; page < 200; page += 1) {
    const keys = Array.from({ length: 50 }, (_, index) =>
      String(((page * 50 + index) * 7_919) % 10_007).padStart(6, "0"),
    );
    await writeAll(
      store,
      keys.map((key) => put(key, { body: key })),
    );
    expect(await store.list("messages", { limit: 50, reverse: true })).toHaveLength(50);
  }
  const seconds = (performance.now() - start) / 1000;
  const keys = await keysOf(store, "messages");
  expect(keys).toEqual([...new Set(keys)].sort());
  expect(keys).toHaveLength(10_000);
  // Takes a tenth of a second; what grows with the square of the table would take minutes.
  expect(seconds).toBeLessThan(5);
});
