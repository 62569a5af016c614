/** [G12] Jobs: what follows from a commit, and only from a commit. */
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { addJob } from "./add-job.ts";
import { createGate, createRecorder, createSite, type Site } from "./jobs.fixture.ts";
import type { Jobs } from "./jobs.ts";
import { takeJobs } from "./jobs-store.ts";

/** Adds a job that is due and waits until it ran: whatever was due before it has been looked at by then. */
async function runAnother(site: Site, node: Jobs, ran: string[]): Promise<void> {
  const uploadId = await site.add();
  node.wake();
  await expect.poll(() => ran).toContain(uploadId);
}

describe("[G12] a job", () => {
  it("runs after the commit, not before, and is gone then", async () => {
    const site = await createSite();
    const { handler, ran } = createRecorder();
    const node = site.startNode(handler);
    const uploadId = randomUUID();
    await site.db.transaction().execute(async (tx) => {
      await addJob(tx, site.clock, { kind: "media.scan", payload: { uploadId } });
      await runAnother(site, node, ran);
      expect(ran).not.toContain(uploadId);
    });
    node.wake();
    await expect.poll(() => ran).toContain(uploadId);
    await expect.poll(() => site.rows()).toEqual([]);
  });

  it("does not run after a rollback", async () => {
    const site = await createSite();
    const { handler, ran } = createRecorder();
    const node = site.startNode(handler);
    const failing = site.db.transaction().execute(async (tx) => {
      await addJob(tx, site.clock, { kind: "media.remove", payload: { uploadId: randomUUID() } });
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    await runAnother(site, node, ran);
    expect(ran).toHaveLength(1);
  });

  it("waits for its time", async () => {
    const site = await createSite();
    const { handler, ran } = createRecorder();
    const node = site.startNode(handler);
    const uploadId = await site.add({ runAt: new Date(site.clock.now().getTime() + 3_600_000) });
    site.clock.pass(3_599);
    await runAnother(site, node, ran);
    expect(ran).not.toContain(uploadId);
    site.clock.pass(1);
    node.wake();
    await expect.poll(() => ran).toContain(uploadId);
  });

  it("that was there before the node started is found without being told of", async () => {
    const site = await createSite();
    const { handler, ran } = createRecorder();
    const uploadId = await site.add();
    site.startNode(handler);
    await expect.poll(() => ran).toEqual([uploadId]);
  });

  it("of another node is found by the poll", async () => {
    const site = await createSite();
    const { handler, ran } = createRecorder();
    site.startNode(handler, { pollMs: 20 });
    const uploadId = await site.add();
    await expect.poll(() => ran).toEqual([uploadId]);
  });

  it("of a kind that this version does not know is left to others", async () => {
    const site = await createSite();
    const { handler, ran } = createRecorder();
    const node = site.startNode(handler);
    await sql`insert into jobs (kind, payload, run_at, created_at) values ('of.tomorrow', '{}', '2020-01-01', now())`.execute(
      site.db,
    );
    await runAnother(site, node, ran);
    await expect.poll(() => site.rows()).toMatchObject([{ kind: "of.tomorrow", attempts: 0, locked_until: null }]);
  });
});

describe("[G12] a key", () => {
  it("adds a job once while one of its kind and key waits, at the earlier of the times", async () => {
    const site = await createSite();
    const now = site.clock.now();
    const first = await site.add({ key: "a", runAt: new Date(now.getTime() + 60_000) });
    await site.add({ key: "a", runAt: now });
    await site.add({ key: "a", runAt: new Date(now.getTime() + 90_000) });
    await site.add({ key: "b" });
    await site.db
      .transaction()
      .execute((tx) => addJob(tx, site.clock, { kind: "media.scan", payload: { uploadId: randomUUID() }, key: "a" }));
    const rows = await site.rows();
    expect(rows.map((row) => [row.kind, row.key])).toEqual([
      ["media.remove", "a"],
      ["media.remove", "b"],
      ["media.scan", "a"],
    ]);
    expect(rows[0]).toMatchObject({ run_at: now, payload: { uploadId: first } });
  });

  it("adds a job once among transactions at the same time", async () => {
    const site = await createSite();
    await Promise.all(Array.from({ length: 20 }, () => site.add({ key: "a" })));
    expect(await site.rows()).toHaveLength(1);
  });

  it("adds another once the first has begun, which may have read what was there before", async () => {
    const site = await createSite();
    const gate = createGate();
    const ran: string[] = [];
    const node = site.startNode(async (uploadId) => {
      ran.push(uploadId);
      await gate.opened;
    });
    const first = await site.add({ key: "a" });
    node.wake();
    await expect.poll(() => ran).toEqual([first]);
    const second = await site.add({ key: "a" });
    gate.open();
    node.wake();
    await expect.poll(() => ran).toEqual([first, second]);
  });

  it("keeps the waiting job from running before the commit of one who counts on it", async () => {
    const site = await createSite();
    const { handler, ran } = createRecorder();
    const first = await site.add({ key: "a" });
    let node: Jobs | undefined;
    await site.db.transaction().execute(async (tx) => {
      await addJob(tx, site.clock, { kind: "media.remove", payload: { uploadId: randomUUID() }, key: "a" });
      node = site.startNode(handler);
      await runAnother(site, node, ran);
      expect(ran).not.toContain(first);
    });
    node?.wake();
    await expect.poll(() => ran).toContain(first);
    expect(ran).toHaveLength(2);
  });
});

describe("jobs at the same time", () => {
  it("are no more than the node may run: the next is left to another node, or runs when one ends", async () => {
    const site = await createSite();
    const gate = createGate();
    const ran: string[] = [];
    const busy = site.startNode(async (uploadId) => {
      ran.push(uploadId);
      await gate.opened;
    });
    const held = [await site.add(), await site.add()];
    busy.wake();
    await expect.poll(() => [...ran].sort()).toEqual([...held].sort());
    const third = await site.add();
    busy.wake();
    const other = createRecorder();
    const idle = site.startNode(other.handler);
    await expect.poll(() => other.ran).toEqual([third]);
    await idle.stop();
    const fourth = await site.add();
    gate.open();
    await expect.poll(() => ran).toEqual([...ran.slice(0, 2), fourth]);
  });

  it("of notifications are not held up by those that work on media", async () => {
    const site = await createSite();
    const gate = createGate();
    const node = site.startNode(() => gate.opened);
    const held = [await site.add(), await site.add(), await site.add()];
    node.wake();
    const locked = async () => (await site.rows()).filter((row) => row.locked_until !== null).length;
    await expect.poll(locked).toBe(2);
    const job = { kind: "push.reconcile", payload: {} } as const;
    await site.db.transaction().execute((tx) => addJob(tx, site.clock, job));
    node.wake();
    const kinds = async () => (await site.rows()).map(({ kind }) => kind);
    await expect.poll(kinds).toEqual(held.map(() => "media.remove"));
    gate.open();
    await expect.poll(kinds).toEqual([]);
  });

  it("[G12] two nodes do 1,000 jobs once each", async () => {
    const site = await createSite();
    const counts = new Map<string, number>();
    const shares = [0, 0];
    const uploads = Array.from({ length: 1_000 }, () => randomUUID());
    await site.db.transaction().execute(async (tx) => {
      for (const uploadId of uploads) await addJob(tx, site.clock, { kind: "media.remove", payload: { uploadId } });
    });
    for (const index of [0, 1]) {
      site.startNode(async (uploadId) => {
        counts.set(uploadId, (counts.get(uploadId) ?? 0) + 1);
        shares[index] = (shares[index] ?? 0) + 1;
      });
    }
    await expect.poll(() => site.rows(), { timeout: 20_000 }).toEqual([]);
    expect(counts.size).toBe(1_000);
    expect([...counts.values()].every((count) => count === 1)).toBe(true);
    expect(Math.min(...shares)).toBeGreaterThan(0);
  });

  it("taking does not scan the table", async () => {
    const site = await createSite();
    await sql`insert into jobs (kind, payload, run_at, failed_at, created_at)
      select 'media.remove', '{}', now() + n * interval '1 hour', case when n % 2 = 0 then now() end, now()
      from generate_series(1, 20000) n`.execute(site.db);
    await sql`analyze jobs`.execute(site.db);
    await site.add();
    const now = site.clock.now();
    await site.db.transaction().execute(async (tx) => {
      const taken = await takeJobs(tx, { kinds: ["media.remove", "media.scan"], limit: 2, now, lockedUntil: now });
      expect(taken).toHaveLength(1);
      const scans = sql<{ seq_scan: number }>`select seq_scan from pg_stat_xact_user_tables where relname = 'jobs'`;
      expect((await scans.execute(tx)).rows).toEqual([{ seq_scan: 0 }]);
      await sql`select count(*) from jobs where last_error = 'x'`.execute(tx);
      expect((await scans.execute(tx)).rows, "this check sees a scan").toEqual([{ seq_scan: 1 }]);
    });
  });
});
