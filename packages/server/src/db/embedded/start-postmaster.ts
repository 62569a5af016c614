/** Prepares and starts a PostgreSQL on a cluster where none runs. */
import { setTimeout as sleep } from "node:timers/promises";
import { chooseLauncher } from "./choose-launcher.ts";
import type { Cluster } from "./cluster.ts";
import { clusterExists } from "./exists.ts";
import { findBinaries } from "./find-binaries.ts";
import { adoptCluster, findSystemUser, type SystemUser } from "./find-system-user.ts";
import { initCluster } from "./init-cluster.ts";
import { LaunchError, launchPostmaster } from "./launch-postmaster.ts";
import { listPostgresArguments } from "./postgres-settings.ts";
import { removeStaleFiles } from "./postmaster-file.ts";
import type { Launch } from "./run-program.ts";
import { makeSocketDir, socketPath } from "./socket-directory.ts";

const orphanTimeoutMs = 30_000;
const orphanRetryMs = 200;

/**
 * Starts PostgreSQL, on a new cluster if there is none. Call it under the start lock, when no PostgreSQL runs.
 * @throws when it can't be started or is not ready at `deadline`, with the end of its log.
 */
export async function startPostmaster(cluster: Cluster, deadline: number): Promise<void> {
  const binaries = await findBinaries();
  const user = await findSystemUser(cluster.dir);
  const socketDir = await makeSocketDir(cluster, user);
  const isNew = !(await clusterExists(cluster.dir));
  const launcher = await chooseLauncher(binaries, user, [isNew ? cluster.dataDir : cluster.dir, socketDir]);
  await initCluster(cluster, binaries, launcher, user);
  await adoptCluster(cluster.dir, user);
  await clearStale(cluster, socketDir);
  const launch = launcher(binaries.postgres, ...listPostgresArguments(cluster, socketDir));
  await launchPastOrphans(cluster, launch, user, deadline);
}

async function clearStale(cluster: Cluster, socketDir: string): Promise<void> {
  const wasCut = await removeStaleFiles(cluster.dir, socketPath(socketDir));
  if (wasCut)
    cluster.log.warn({ dir: cluster.dir }, "PostgreSQL was not shut down the last time; it recovers its data now");
}

// The processes of a killed PostgreSQL take a moment to notice; until then it refuses to start again.
async function launchPastOrphans(
  cluster: Cluster,
  launch: Launch,
  user: SystemUser | undefined,
  deadline: number,
): Promise<void> {
  const patience = Math.min(deadline, performance.now() + orphanTimeoutMs);
  for (;;) {
    try {
      return await launchPostmaster(cluster, launch, user, deadline);
    } catch (error) {
      const isOrphaned = error instanceof LaunchError && error.said.includes("is still in use");
      if (!isOrphaned || performance.now() > patience) throw error;
      await sleep(orphanRetryMs);
    }
  }
}
