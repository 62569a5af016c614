/** Starting on what a killed server, PostgreSQL or machine has left behind. */
import { spawn } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import {
  expectGone,
  isRoot,
  kill,
  makeDataDir,
  query,
  readPid,
  serveInChild,
  spawnServer,
  start,
} from "./embedded-postgres.fixture.ts";
import { findSystemUser } from "./find-system-user.ts";
import { readCommand } from "./process-command.ts";
import { socketPath } from "./socket-directory.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

test("[G1] the PostgreSQL of a killed server is found and used by the next one", async () => {
  const dataDir = await makeDataDir();
  const served = await serveInChild(dataDir, "owner");
  await kill(served.child);
  const next = await start(dataDir, "owner");
  expect(next.origin).toBe("found");
  expect(await readPid(dataDir)).toBe(served.pid);
  await next.stop();
  expect(await readCommand(served.pid)).toBe("");
});

test("[G1] what was committed before PostgreSQL and the server were both killed is there", async () => {
  const dataDir = await makeDataDir();
  const { child, pid, host } = await serveInChild(dataDir, "owner");
  const password = (await readFile(join(dataDir, "postgres-password"), "utf8")).trim();
  const connection = { host, port: 5432, user: "pipit", password, database: "pipit" };
  await query(connection, "create table kept (n integer); insert into kept values (7)");
  process.kill(pid, "SIGKILL");
  await kill(child);
  await expectGone(pid);
  const next = await start(dataDir, "owner");
  expect(next.origin).toBe("started");
  expect(await query(next.connection, "select n from kept")).toEqual([{ n: 7 }]);
});

test("a postmaster.pid whose number now is another program's is not believed, and that program lives on", async () => {
  const dataDir = await makeDataDir();
  const first = await start(dataDir, "owner");
  const file = join(dataDir, "postgres", "postmaster.pid");
  const lines = (await readFile(file, "utf8")).split("\n");
  await first.stop();
  const stranger = await spawnStranger(join(dataDir, "postgres"));
  const content = [String(stranger), ...lines.slice(1)].join("\n");
  await writeFile(file, content);
  await writeFile(`${socketPath(first.connection.host)}.lock`, content);
  const next = await start(dataDir, "owner");
  expect(next.origin).toBe("started");
  expect(await readPid(dataDir)).not.toBe(stranger);
  expect(await readCommand(stranger)).toContain("sleep");
});

test.each([
  ["an empty postmaster.pid", ""],
  ["a postmaster.pid that makes no sense", "-1\nnonsense\n"],
])("%s does not stop a start", async (_name, content) => {
  const dataDir = await makeDataDir();
  await (await start(dataDir, "owner")).stop();
  await writeFile(join(dataDir, "postgres", "postmaster.pid"), content);
  expect((await start(dataDir, "owner")).origin).toBe("started");
});

test.each(["the server alone", "the server and initdb"])(
  "a kill of %s in the middle of a first start leaves no half cluster",
  async (who) => {
    const dataDir = await makeDataDir();
    const child = spawnServer(dataDir, "owner");
    await vi.waitFor(async () => expect(await listStaged(dataDir)).toContain("PG_VERSION"), {
      timeout: 20_000,
      interval: 2,
    });
    if (who === "the server alone") await kill(child);
    else process.kill(-Number(child.pid), "SIGKILL");
    const { origin, connection } = await start(dataDir, "owner");
    expect(origin).toBe("started");
    expect(await query(connection, "select 1 as one")).toEqual([{ one: 1 }]);
    expect((await readdir(dataDir)).filter((name) => name.startsWith("postgres-new-"))).toEqual([]);
  },
);

test("a cluster without its password is refused with the name of the missing file", async () => {
  const dataDir = await makeDataDir();
  await (await start(dataDir, "owner")).stop();
  await writeFile(join(dataDir, "postgres-password"), "");
  await expect(start(dataDir, "owner")).rejects.toThrow(/postgres-password does not hold a password/);
});

test("a PostgreSQL that can't start is reported with the end of its log", async () => {
  const dataDir = await makeDataDir();
  await (await start(dataDir, "owner")).stop();
  await writeFile(join(dataDir, "postgres", "PG_VERSION"), "12\n");
  await expect(start(dataDir, "owner")).rejects.toThrow(/could not be started[\s\S]*version 12/);
});

// Of PostgreSQL's own user: PostgreSQL itself would take it for a postmaster.
async function spawnStranger(clusterDir: string): Promise<number> {
  const user = isRoot ? await findSystemUser(clusterDir) : undefined;
  const stranger = spawn("/bin/sleep", ["600"], { ...user, stdio: "ignore" });
  onTestFinished(() => {
    stranger.kill("SIGKILL");
  });
  return Number(stranger.pid);
}

async function listStaged(dataDir: string): Promise<string[]> {
  const staging = (await readdir(dataDir)).find((name) => name.startsWith("postgres-new-"));
  return staging === undefined ? [] : await readdir(join(dataDir, staging, "cluster"));
}
