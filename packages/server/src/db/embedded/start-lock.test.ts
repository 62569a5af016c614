/** One at a time, also when the holder dies. */
import { expect, test } from "vitest";
import { openCluster } from "./cluster.ts";
import { makeDataDir, makeLog } from "./embedded-postgres.fixture.ts";
import { withStartLock } from "./start-lock.ts";

test("tasks of one data directory never overlap, and all get their turn", async () => {
  const cluster = await openCluster(await makeDataDir(), makeLog());
  let running = 0;
  let most = 0;
  const task = async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
  };
  await Promise.all(Array.from({ length: 20 }, () => withStartLock(cluster, task)));
  expect(most).toBe(1);
});

test("a task that fails gives the lock back", async () => {
  const cluster = await openCluster(await makeDataDir(), makeLog());
  const failing = withStartLock(cluster, () => Promise.reject(new Error("no")));
  await expect(failing).rejects.toThrow("no");
  expect(await withStartLock(cluster, () => Promise.resolve("yes"))).toBe("yes");
});

test("data directories do not wait for each other", async () => {
  const one = await openCluster(await makeDataDir(), makeLog());
  const other = await openCluster(await makeDataDir(), makeLog());
  expect(await withStartLock(one, () => withStartLock(other, () => Promise.resolve("both")))).toBe("both");
});
