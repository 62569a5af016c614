/** [G1] The queue in front of the database. */
import { describe, expect, it } from "vitest";
import { GroupCommit, type GroupCommitOptions } from "./group-commit.ts";

type Item = { id: number; key?: string };

function createQueue(options: Partial<GroupCommitOptions<Item, number>> = {}) {
  const batches: number[][] = [];
  const queue = new GroupCommit<Item, number>({
    write: async (batch) => {
      batches.push(batch.map((item) => item.id));
      await new Promise((resolve) => setImmediate(resolve));
      return batch.map((item) => item.id * 10);
    },
    keyOf: (item) => item.key,
    isItemFault: () => true,
    maxBatch: 3,
    ...options,
  });
  return { queue, batches };
}

describe("group commit", () => {
  it("writes what gathers while a batch is being written as the next batch, in order", async () => {
    const { queue, batches } = createQueue();
    const first = queue.add({ id: 1 });
    await Promise.resolve();
    const rest = [2, 3, 4, 5].map((id) => queue.add({ id }));
    expect(await Promise.all([first, ...rest])).toEqual([10, 20, 30, 40, 50]);
    expect(batches).toEqual([[1], [2, 3, 4], [5]]);
  });

  it("keeps items of one key apart, the later after the earlier", async () => {
    const { queue, batches } = createQueue();
    await Promise.all([1, 2, 3].map((id) => queue.add({ id, key: id === 3 ? "b" : "a" })));
    expect(batches).toEqual([[1, 3], [2]]);
  });

  it("a bad item fails alone", async () => {
    const { queue } = createQueue({
      write: async (batch) => {
        if (batch.some((item) => item.id === 2)) throw new Error("bad");
        return batch.map((item) => item.id);
      },
    });
    const settled = await Promise.allSettled([1, 2, 3].map((id) => queue.add({ id })));
    expect(settled.map((entry) => entry.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });

  it("when the database is away, all of the batch fails and the next one is tried", async () => {
    let isAway = true;
    const { queue } = createQueue({
      isItemFault: () => false,
      write: async (batch) => {
        if (isAway) throw new Error("away");
        return batch.map((item) => item.id);
      },
    });
    const settled = await Promise.allSettled([queue.add({ id: 1 }), queue.add({ id: 2 })]);
    expect(settled.map((entry) => entry.status)).toEqual(["rejected", "rejected"]);
    isAway = false;
    expect(await queue.add({ id: 3 })).toBe(3);
  });

  it("drains", async () => {
    const { queue } = createQueue();
    const kept = queue.add({ id: 1 });
    expect(queue.isIdle).toBe(false);
    await queue.drain();
    expect(queue.isIdle).toBe(true);
    expect(await kept).toBe(10);
  });
});
