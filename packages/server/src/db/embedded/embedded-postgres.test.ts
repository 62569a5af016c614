/** Starting, finding, sharing and stopping the embedded PostgreSQL. */
import { once } from "node:events";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import {
  expectGone,
  makeDataDir,
  makeLog,
  makeParentDir,
  query,
  readPid,
  serveInChild,
  spawnServer,
  start,
  waitUntilServed,
} from "./embedded-postgres.fixture.ts";
import { findPostmaster } from "./find-postmaster.ts";
import { readCommand } from "./process-command.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

test("a first start makes the database, and a restart keeps what is in it", async () => {
  const dataDir = await makeDataDir();
  const first = await start(dataDir, "owner");
  expect(first.origin).toBe("started");
  await query(first.connection, "create table kept (word text); insert into kept values ('été 🐦')");
  await first.stop();
  const second = await start(dataDir, "owner");
  expect(second.origin).toBe("started");
  expect(await query(second.connection, "select word, upper(word) as upper from kept")).toEqual([
    { word: "été 🐦", upper: "ÉTÉ 🐦" },
  ]);
});

test("[G1] what is acknowledged is on the disk, and nothing listens on TCP", async () => {
  const { connection } = await start(await makeDataDir(), "owner");
  const names =
    "'fsync', 'full_page_writes', 'synchronous_commit', 'listen_addresses', 'server_encoding', 'autovacuum'";
  expect(
    await query(connection, `select name, setting from pg_settings where name in (${names}) order by name`),
  ).toEqual([
    { name: "autovacuum", setting: "on" },
    { name: "fsync", setting: "on" },
    { name: "full_page_writes", setting: "on" },
    { name: "listen_addresses", setting: "" },
    { name: "server_encoding", setting: "UTF8" },
    { name: "synchronous_commit", setting: "on" },
  ]);
});

test("the password is needed, and only the server's user can read it", async () => {
  const dataDir = await makeDataDir();
  const { connection } = await start(dataDir, "owner");
  await expect(query({ ...connection, password: "guess" }, "select 1")).rejects.toThrow(
    /password authentication failed/,
  );
  expect((await stat(join(dataDir, "postgres-password"))).mode & 0o777).toBe(0o600);
  expect((await stat(connection.host)).mode & 0o777).toBe(0o700);
});

test("the log does not hold what people wrote", async () => {
  const dataDir = await makeDataDir();
  const { connection } = await start(dataDir, "owner");
  await query(connection, "create table kept (word text primary key check (word <> 'no'))");
  for (const word of ["secret", "secret", "no"]) {
    await query(connection, `insert into kept values ('${word}')`).catch((error: Error) => error);
  }
  const log = await readFile(join(dataDir, "postgres.log"), "utf8");
  expect(log).toMatch(/violates unique constraint[\s\S]*violates check constraint/);
  expect(log).not.toMatch(/secret|insert into/);
});

test("stopping ends PostgreSQL, and may be asked for twice", async () => {
  const dataDir = await makeDataDir();
  const postgres = await start(dataDir, "owner");
  const pid = await readPid(dataDir);
  await Promise.all([postgres.stop(), postgres.stop()]);
  await postgres.stop();
  expect(await readCommand(pid)).toBe("");
});

test("of two processes that start at the same instant one starts PostgreSQL and the other finds it", async () => {
  const dataDir = await makeDataDir();
  const children = [spawnServer(dataDir, "visitor"), spawnServer(dataDir, "visitor")];
  const served = await Promise.all(children.map((child) => waitUntilServed(dataDir, child)));
  expect(served.map(({ origin }) => origin).sort()).toEqual(["found", "started"]);
  expect(served[0]?.pid).toBe(served[1]?.pid);
});

test("of many starts in one process one starts PostgreSQL", async () => {
  const dataDir = await makeDataDir();
  const all = await Promise.all([1, 2, 3, 4].map(() => start(dataDir, "visitor")));
  expect(all.filter(({ origin }) => origin === "started")).toHaveLength(1);
});

test("a second owner is refused with the first one's name while that one lives", async () => {
  const dataDir = await makeDataDir();
  const { child, pid } = await serveInChild(dataDir, "owner");
  await expect(start(dataDir, "owner")).rejects.toThrow(
    new RegExp(`pipit owner, process ${child.pid} .*choose another PIPIT_DATA_DIR`),
  );
  expect(await readCommand(pid)).toContain("postgres");
});

test("an owner that comes while another one stops takes over", async () => {
  const dataDir = await makeDataDir();
  const first = await start(dataDir, "owner");
  const second = start(dataDir, "owner");
  await first.stop();
  expect(await query((await second).connection, "select 1 as one")).toEqual([{ one: 1 }]);
});

test("a visitor that stops leaves an owner's PostgreSQL running, even if it had started it", async () => {
  const dataDir = await makeDataDir();
  const visitor = await start(dataDir, "visitor");
  const owner = await start(dataDir, "owner");
  expect([visitor.origin, owner.origin]).toEqual(["started", "found"]);
  await visitor.stop();
  expect(await query(owner.connection, "select 1 as one")).toEqual([{ one: 1 }]);
});

test("the last visitor shuts PostgreSQL down", async () => {
  const dataDir = await makeDataDir();
  const [first, second] = [await start(dataDir, "visitor"), await start(dataDir, "visitor")];
  const pid = await readPid(dataDir);
  await first.stop();
  expect(await query(second.connection, "select 1 as one")).toEqual([{ one: 1 }]);
  await second.stop();
  expect(await readCommand(pid)).toBe("");
});

test("it does not keep a process alive that forgets to stop it", async () => {
  const dataDir = await makeDataDir();
  const child = spawnServer(dataDir, "owner", "lets go");
  const ended = once(child, "exit");
  const { pid } = await waitUntilServed(dataDir, child);
  expect(await ended).toEqual([0, null]);
  expect((await start(dataDir, "owner")).origin).toBe("found");
  expect(await readPid(dataDir)).toBe(pid);
});

test("an interrupt from the terminal does not reach PostgreSQL", async () => {
  const dataDir = await makeDataDir();
  const { child, pid } = await serveInChild(dataDir, "owner");
  const ended = once(child, "exit");
  process.kill(-Number(child.pid), "SIGINT");
  expect(await ended).toEqual([null, "SIGINT"]);
  const { origin, connection } = await start(dataDir, "owner");
  expect(origin).toBe("found");
  expect(await query(connection, "select 1 as one")).toEqual([{ one: 1 }]);
  expect(await readPid(dataDir)).toBe(pid);
});

test("a data directory whose path is too long for a socket works, and leaves nothing outside", async () => {
  const dataDir = join(await makeParentDir(), "long".repeat(30), "data");
  const first = await start(dataDir, "owner");
  expect(Buffer.byteLength(first.connection.host)).toBeLessThan(90);
  const visitor = await start(dataDir, "visitor");
  expect(visitor.connection).toEqual(first.connection);
  expect(await query(visitor.connection, "select 1 as one")).toEqual([{ one: 1 }]);
  await first.stop();
  await expect(stat(first.connection.host)).rejects.toThrow(/ENOENT/);
});

test("a data directory whose name has spaces, commas and quotes works", async () => {
  const { connection } = await start(join(await makeParentDir(), `a "b", 'c' $d`), "owner");
  expect(await query(connection, "select 1 as one")).toEqual([{ one: 1 }]);
});

test("an owner brings PostgreSQL back when it is killed, under the same connection values", async () => {
  const dataDir = await makeDataDir();
  const log = makeLog();
  const { connection } = await start(dataDir, "owner", log);
  await query(connection, "create table kept (n integer); insert into kept values (7)");
  const pid = await readPid(dataDir);
  process.kill(pid, "SIGKILL");
  await expectGone(pid);
  const ask = async () => expect(await query(connection, "select n from kept")).toEqual([{ n: 7 }]);
  await vi.waitFor(ask, { timeout: 30_000, interval: 50 });
  expect(await readPid(dataDir)).not.toBe(pid);
  await vi.waitFor(() => expect(log.lines).toContain("PostgreSQL is back"), { timeout: 10_000 });
  expect(log.lines.join("\n")).toContain("lost the connection to PostgreSQL");
});

test("an owner whose session is ended claims PostgreSQL again", async () => {
  const dataDir = await makeDataDir();
  const log = makeLog();
  const { connection } = await start(dataDir, "owner", log);
  await query(
    connection,
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'pipit owner%'",
  );
  await vi.waitFor(() => expect(log.lines).toContain("PostgreSQL is back"), { timeout: 10_000 });
  const held = "select count(*)::integer as held from pg_locks where locktype = 'advisory' and mode = 'ExclusiveLock'";
  expect(await query(connection, held)).toEqual([{ held: 1 }]);
});

test("stopping right after PostgreSQL was killed ends cleanly and leaves nothing running", async () => {
  const dataDir = await makeDataDir();
  const postgres = await start(dataDir, "owner");
  process.kill(await readPid(dataDir), "SIGKILL");
  await postgres.stop();
  expect(await findPostmaster(join(dataDir, "postgres"))).toBeUndefined();
});
