/** [G12] Processes that die or stop with jobs in hand, and a database that goes away: jobs come back. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { startDatabaseProxy } from "../../test/setup/database-proxy.ts";
import { createGate, createRecorder, createSite, openDatabase } from "./jobs.fixture.ts";
import type { JobOutcome } from "./jobs.ts";

const endlessRunner = fileURLToPath(new URL("./endless-runner.fixture.ts", import.meta.url));
const outage = "the table of jobs can't be used; trying again until it can";

describe("[G12] a lease", () => {
  it("gives the job of a process that was killed to another", async () => {
    const site = await createSite();
    const { handler, ran } = createRecorder();
    const uploadId = await site.add();
    const child = spawn(process.execPath, [endlessRunner, site.url], { stdio: ["ignore", "pipe", "inherit"] });
    const exited = once(child, "exit");
    const [line] = await once(createInterface(child.stdout), "line");
    expect(line).toBe(uploadId);
    child.kill("SIGKILL");
    expect(await exited).toEqual([null, "SIGKILL"]);
    const node = site.startNode(handler);
    const sentinel = await site.add();
    node.wake();
    await expect.poll(() => ran).toEqual([sentinel]);
    site.clock.pass(120);
    node.wake();
    await expect.poll(() => ran).toEqual([sentinel, uploadId]);
    await expect.poll(() => site.rows()).toEqual([]);
  });

  it("is held anew for as long as the handler runs", async () => {
    const site = await createSite();
    const gate = createGate();
    const uploadId = await site.add();
    const leaseMs = 150;
    site.startNode(() => gate.opened, { leaseMs });
    await expect.poll(async () => (await site.rowOf(uploadId))?.attempts).toBe(1);
    const other = createRecorder();
    const second = site.startNode(other.handler);
    for (let n = 0; n < 3; n += 1) {
      site.clock.pass(0.14);
      const end = new Date(site.clock.now().getTime() + leaseMs);
      await expect.poll(async () => (await site.rowOf(uploadId))?.locked_until).toEqual(end);
    }
    const sentinel = await site.add();
    second.wake();
    await expect.poll(() => other.ran).toEqual([sentinel]);
    gate.open();
    await expect.poll(() => site.rows()).toEqual([]);
    expect(other.ran).toEqual([sentinel]);
  });

  it("that is over: who lost the job no longer puts it off", async () => {
    const site = await createSite();
    const [first, second] = [createGate(), createGate()];
    const uploadId = await site.add();
    const outcomes: JobOutcome[] = [];
    const fail = async () => {
      await first.opened;
      throw new Error("too late");
    };
    site.startNode(fail, {}, { observe: (_, outcome) => outcomes.push(outcome) });
    await expect.poll(async () => (await site.rowOf(uploadId))?.attempts).toBe(1);
    site.clock.pass(61);
    site.startNode(() => second.opened);
    await expect.poll(async () => (await site.rowOf(uploadId))?.attempts).toBe(2);
    const taken = await site.rowOf(uploadId);
    first.open();
    await expect.poll(() => outcomes).toEqual(["put_off"]);
    expect(await site.rowOf(uploadId)).toEqual(taken);
    second.open();
    await expect.poll(() => site.rows()).toEqual([]);
  });
});

describe("[G12] stopping", () => {
  it("waits for the job that runs, and takes no other", async () => {
    const site = await createSite();
    const gate = createGate();
    const ran: string[] = [];
    const node = site.startNode(
      async (uploadId) => {
        ran.push(uploadId);
        await gate.opened;
      },
      { concurrency: 1 },
    );
    const first = await site.add();
    const second = await site.add();
    node.wake();
    await expect.poll(() => ran).toEqual([first]);
    const stopped = node.stop();
    gate.open();
    await stopped;
    expect(await site.rows()).toMatchObject([{ payload: { uploadId: second }, attempts: 0 }]);
    expect(ran).toEqual([first]);
  });

  it("gives back at once what does not end in time, and what becomes of it then changes nothing", async () => {
    const site = await createSite();
    const gate = createGate();
    const uploadId = await site.add();
    const node = site.startNode(
      async () => {
        await gate.opened;
        throw new Error("after the end");
      },
      { stopMs: 20 },
    );
    await expect.poll(async () => (await site.rowOf(uploadId))?.attempts).toBe(1);
    await node.stop();
    expect(await site.rowOf(uploadId)).toMatchObject({ locked_until: null, run_at: site.clock.now() });
    gate.open();
    const { handler, ran } = createRecorder();
    site.startNode(handler);
    await expect.poll(() => ran).toEqual([uploadId]);
    await expect.poll(() => site.rows()).toEqual([]);
    expect(site.log.warnings()).toHaveLength(1);
  });

  it("before it started, or twice, is no matter", async () => {
    const site = await createSite();
    const node = site.startNode(createRecorder().handler);
    await Promise.all([node.stop(), node.stop()]);
  });
});

describe("[G12] the database goes away and comes back", () => {
  it("is told once each time, and jobs go on", async () => {
    const site = await createSite();
    const proxy = await startDatabaseProxy(site.url);
    const { handler, ran } = createRecorder();
    const node = site.startNode(handler, { pollMs: 10 }, { db: openDatabase(proxy.url) });
    const added: string[] = [];
    for (const outages of [1, 2]) {
      proxy.cut();
      const told = () => site.log.warnings().filter((line) => line.startsWith(outage));
      await expect.poll(told).toHaveLength(outages);
      added.push(await site.add());
      proxy.mend();
      await expect.poll(() => ran, { timeout: 10_000 }).toEqual(added);
      await expect.poll(() => site.rows()).toEqual([]);
      expect(told()).toHaveLength(outages);
    }
    await node.stop();
    proxy.close();
    expect(site.log.faults()).toEqual([]);
  });

  it("before a job's end could be noted: it runs again", async () => {
    const site = await createSite();
    const proxy = await startDatabaseProxy(site.url);
    const ran: string[] = [];
    const uploadId = await site.add();
    const node = site.startNode(
      async (id) => {
        if (ran.length === 0) proxy.cut();
        ran.push(id);
      },
      { pollMs: 10 },
      { db: openDatabase(proxy.url) },
    );
    await expect.poll(() => ran).toEqual([uploadId]);
    await expect.poll(() => site.log.warnings().some((line) => line.startsWith(outage))).toBe(true);
    proxy.mend();
    site.clock.pass(61);
    await expect.poll(() => ran, { timeout: 10_000 }).toEqual([uploadId, uploadId]);
    await expect.poll(() => site.rows()).toEqual([]);
    await node.stop();
    proxy.close();
  });
});
