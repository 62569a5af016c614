/** [G12] Jobs whose handlers fail: tried again, ever later, and kept for people to see in the end. */
import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { createRecorder, createSite } from "./jobs.fixture.ts";
import type { JobOutcome } from "./jobs.ts";
import { retryDelay } from "./retry-delay.ts";

describe("[G12] a job that fails", () => {
  it("is put off, with why, and done later", async () => {
    const site = await createSite();
    let runs = 0;
    const outcomes: JobOutcome[] = [];
    const node = site.startNode(
      async () => {
        runs += 1;
        if (runs === 1) throw new Error("not\0 yet");
      },
      {},
      { observe: (_, outcome) => outcomes.push(outcome) },
    );
    const since = site.clock.now().getTime();
    const uploadId = await site.add();
    node.wake();
    await expect.poll(() => outcomes).toEqual(["put_off"]);
    const row = await site.rowOf(uploadId);
    expect(row).toMatchObject({ attempts: 1, locked_until: null, failed_at: null, last_error: "not yet" });
    const delay = Number(row?.run_at) - since;
    expect(delay).toBeGreaterThanOrEqual(1_000);
    expect(delay).toBeLessThanOrEqual(2_000);
    expect(site.log.warnings()).toHaveLength(1);
    site.clock.pass(2);
    node.wake();
    await expect.poll(() => outcomes).toEqual(["put_off", "done"]);
    expect(await site.rows()).toEqual([]);
    expect(site.log.faults()).toEqual([]);
  });

  it("does not run before its time, nor keep others from running", async () => {
    const site = await createSite();
    const ran: string[] = [];
    const bad = await site.add();
    const node = site.startNode(async (uploadId) => {
      ran.push(uploadId);
      if (uploadId === bad) throw new Error("no");
    });
    await expect.poll(async () => (await site.rowOf(bad))?.last_error).toBe("no");
    const good = await site.add();
    node.wake();
    await expect.poll(() => ran).toEqual([bad, good]);
  });

  it("is given up after its last attempt, kept and told of once", async () => {
    const site = await createSite();
    const outcomes: JobOutcome[] = [];
    const ran: string[] = [];
    const bad = await site.add({ key: "a" });
    const node = site.startNode(
      async (uploadId) => {
        ran.push(uploadId);
        if (uploadId === bad) throw new Error("never");
      },
      { maxAttempts: 3 },
      { observe: (_, outcome) => outcomes.push(outcome) },
    );
    for (const attempts of [1, 2, 3]) {
      await expect.poll(() => outcomes).toHaveLength(attempts);
      site.clock.pass(3_600);
      node.wake();
    }
    expect(outcomes).toEqual(["put_off", "put_off", "given_up"]);
    expect(await site.rowOf(bad)).toMatchObject({ attempts: 3, locked_until: null, last_error: "never" });
    expect((await site.rowOf(bad))?.failed_at).toBeInstanceOf(Date);
    expect(site.log.faults()).toEqual(["a job failed for the last time; it stays in the table of jobs: never"]);
    const next = await site.add({ key: "a" });
    node.wake();
    await expect.poll(() => ran).toEqual([bad, bad, bad, next]);
  });

  it("with its process, at the last attempt, is given up without another", async () => {
    const site = await createSite();
    const { handler, ran } = createRecorder();
    const uploadId = await site.add();
    await sql`update jobs set attempts = 20, locked_until = ${site.clock.now()}`.execute(site.db);
    site.startNode(handler);
    await expect.poll(async () => (await site.rowOf(uploadId))?.failed_at).toBeInstanceOf(Date);
    expect((await site.rowOf(uploadId))?.last_error).toBe("The last attempt did not end.");
    expect(ran).toEqual([]);
  });

  it("for a payload that is none of its kind, fails as any other", async () => {
    const site = await createSite();
    const { handler, ran } = createRecorder();
    const uploadId = await site.add();
    await sql`update jobs set payload = payload || '{"uploadId": "no id"}'`.execute(site.db);
    site.startNode(handler);
    await expect.poll(async () => (await site.rowOf("no id"))?.last_error).toContain("uploadId");
    expect(await site.rowOf(uploadId)).toBeUndefined();
    expect(ran).toEqual([]);
  });
});

describe("the wait before the next attempt", () => {
  it("doubles up to an hour, less a random part of up to a half", () => {
    const full = Array.from({ length: 20 }, (_, index) => retryDelay(index + 1, () => 0));
    expect(full.slice(0, 4)).toEqual([2_000, 4_000, 8_000, 16_000]);
    expect(Math.max(...full)).toBe(3_600_000);
    expect(retryDelay(1, () => 1)).toBe(1_000);
    expect(retryDelay(5_000, () => 0)).toBe(3_600_000);
  });
});
