/** Running PostgreSQL as root's guest: as another user, and where that user can't go. */
import { cp, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test, vi } from "vitest";
import { chooseLauncher } from "./choose-launcher.ts";
import { openCluster } from "./cluster.ts";
import { isRoot, makeDataDir, makeLog, makeParentDir, query, readPid, start } from "./embedded-postgres.fixture.ts";
import { findBinaries } from "./find-binaries.ts";
import { findSystemUser } from "./find-system-user.ts";
import { initCluster } from "./init-cluster.ts";
import { launchPostmaster } from "./launch-postmaster.ts";
import { listPostgresArguments } from "./postgres-settings.ts";
import { shutDown } from "./shut-down.ts";
import { makeSocketDir } from "./socket-directory.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const asRoot = test.skipIf(!isRoot);
const reason = "(only when the tests run as root)";

asRoot(`root's PostgreSQL runs as another user, who owns its data ${reason}`, async () => {
  const dataDir = await makeDataDir();
  await start(dataDir, "owner");
  const owner = (await stat(join(dataDir, "postgres"))).uid;
  expect(owner).not.toBe(0);
  expect((await stat(`/proc/${await readPid(dataDir)}`)).uid).toBe(owner);
  expect((await stat(join(dataDir, "postgres-password"))).uid).toBe(0);
});

asRoot(`data below a directory that is closed to that user work ${reason}`, async () => {
  const dataDir = join(await makeParentDir(0o700), "data");
  const first = await start(dataDir, "owner");
  await query(first.connection, "create table kept (n integer); insert into kept values (7); checkpoint");
  await first.stop();
  const second = await start(dataDir, "owner");
  expect(await query(second.connection, "select n from kept")).toEqual([{ n: 7 }]);
  expect(await readCapabilities(await readPid(dataDir))).toHaveLength(1);
});

asRoot(`programs below a directory that is closed to that user work ${reason}`, async () => {
  const closed = await makeParentDir(0o700);
  const native = dirname(dirname((await findBinaries()).initdb));
  await cp(native, join(closed, "native"), { recursive: true, verbatimSymlinks: true });
  const binaries = { initdb: join(closed, "native/bin/initdb"), postgres: join(closed, "native/bin/postgres") };
  const cluster = await openCluster(join(closed, "data"), makeLog());
  const user = await findSystemUser(cluster.dir);
  const socketDir = await makeSocketDir(cluster, user);
  const launcher = await chooseLauncher(binaries, user, [cluster.dataDir, socketDir]);
  await initCluster(cluster, binaries, launcher, user);
  const launch = launcher(binaries.postgres, ...listPostgresArguments(cluster, socketDir));
  await launchPostmaster(cluster, launch, user, performance.now() + 30_000);
  await shutDown(cluster);
});

test("when no way works, each is named with what it said and what to do", async () => {
  const directory = await makeParentDir();
  const binaries = { initdb: join(directory, "initdb"), postgres: join(directory, "postgres") };
  const user = await findSystemUser(join(directory, "postgres"));
  await expect(chooseLauncher(binaries, user, [directory])).rejects.toThrow(
    user === undefined
      ? /as is: [\s\S]*DATABASE_URL/
      : /as user \d+: [\s\S]*setpriv with dac_override: [\s\S]*PIPIT_DATA_DIR/,
  );
});

test.skipIf(isRoot)("a cluster that is another user's is refused with advice (root may take it)", async () => {
  await expect(findSystemUser("/")).rejects.toThrow(/belongs to user 0[\s\S]*choose another PIPIT_DATA_DIR/);
});

async function readCapabilities(pid: number): Promise<number[]> {
  const [, mask] = /^CapEff:\s+([0-9a-f]+)$/m.exec(await readFile(`/proc/${pid}/status`, "utf8")) ?? [];
  const bits = BigInt(`0x${mask}`);
  return Array.from({ length: 64 }, (_, bit) => bit).filter((bit) => (bits >> BigInt(bit)) & 1n);
}
