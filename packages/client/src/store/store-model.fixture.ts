/** Random transactions on a store and on the simplest model of one: they must stay the same. Runs in a browser too. */
import fc from "fast-check";
import type { Entry, Range, TableName, Write } from "./store.ts";
import { failureOf, orderedKeys, type StoreUnderTest } from "./store-contract.fixture.ts";

type Step = { writes: Write[]; throws: boolean } | { table: TableName; range: Range; key: string } | "clear" | "reopen";

const table = fc.constantFrom<TableName>("messages", "outbox", "meta");
const key = fc.oneof(fc.constantFrom(...orderedKeys), fc.string({ unit: "binary", maxLength: 2 }));
const range = fc.record({ from: key, before: key }, { requiredKeys: [] });
const write: fc.Arbitrary<Write> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ table, key, value: fc.jsonValue({ maxDepth: 1 }) }) },
  { weight: 2, arbitrary: fc.record({ table, key }) },
  { weight: 1, arbitrary: fc.record({ table, range }) },
);
const query = fc.record(
  { from: key, before: key, limit: fc.nat({ max: 4 }), reverse: fc.boolean() },
  { requiredKeys: [] },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      writes: fc.array(write, { maxLength: 8 }),
      throws: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
    }),
  },
  { weight: 10, arbitrary: fc.record({ table, range: query, key }) },
  { weight: 1, arbitrary: fc.constantFrom("clear" as const, "reopen" as const) },
);

type Model = Map<TableName, Map<string, unknown>>;

/**
 * Runs so many histories, each on a store of its own. A failure prints the seed and the shortest history.
 * @param createUnder makes the store of a history; `reopen` may give the same store if the adapter does not last
 */
export async function checkAgainstModel(
  createUnder: () => StoreUnderTest & { reopen(store: ReturnType<StoreUnderTest["open"]>): Promise<typeof store> },
  options: { seed: number; numRuns: number },
): Promise<void> {
  const histories = fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
    const under = createUnder();
    const model: Model = new Map();
    let store = under.open();
    for (const next of steps) {
      if (next === "reopen") store = await under.reopen(store);
      else if (next === "clear") await Promise.all([store.clear(), model.clear()]);
      else if ("writes" in next) {
        const { writes, throws } = next;
        const update = store.update(["messages", "outbox", "meta"], async (reader) => {
          await reader.list("meta", { limit: 1 });
          if (throws) throw new RangeError("thrown by a step");
          return { writes };
        });
        under.expectEqual(await failureOf(update), throws ? "RangeError" : "did not fail");
        if (!throws) for (const each of writes) applyTo(model, each);
      } else {
        under.expectEqual(await store.list(next.table, next.range), listOf(model, next.table, next.range));
        under.expectEqual(await store.get(next.table, next.key), model.get(next.table)?.get(next.key));
      }
    }
    for (const name of ["messages", "outbox", "meta"] as const) {
      under.expectEqual(await store.list(name), listOf(model, name, {}));
    }
    await store.close();
  });
  await fc.assert(histories, options);
}

function applyTo(model: Model, change: Write): void {
  const rows = model.get(change.table) ?? new Map<string, unknown>();
  model.set(change.table, rows);
  if ("range" in change) for (const entry of listOf(model, change.table, change.range)) rows.delete(entry.key);
  else if ("value" in change) rows.set(change.key, change.value);
  else rows.delete(change.key);
}

function listOf(model: Model, name: TableName, { from, before, limit, reverse }: Range): Entry[] {
  const entries = [...(model.get(name) ?? [])]
    .map(([entryKey, value]) => ({ key: entryKey, value }))
    .filter((entry) => from === undefined || compareUnits(entry.key, from) >= 0)
    .filter((entry) => before === undefined || compareUnits(entry.key, before) < 0)
    .sort((one, other) => compareUnits(one.key, other.key));
  return (reverse ? entries.toReversed() : entries).slice(0, limit);
}

function compareUnits(one: string, other: string): number {
  for (let index = 0; index < Math.min(one.length, other.length); index += 1) {
    const difference = one.charCodeAt(index) - other.charCodeAt(index);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}
