/** Makes a new PostgreSQL cluster. */
import { mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Launcher } from "./choose-launcher.ts";
import { type Cluster, pipitName } from "./cluster.ts";
import { clusterExists } from "./exists.ts";
import type { Binaries } from "./find-binaries.ts";
import { giveTo, type SystemUser } from "./find-system-user.ts";
import { runProgram } from "./run-program.ts";
import { syncDirectory } from "./sync-directory.ts";

const stagingPrefix = "postgres-new-";

/**
 * Makes the cluster unless it is there. It is made in a directory beside and then renamed, so that being killed in
 * the middle leaves no half cluster. Call it under the start lock.
 */
export async function initCluster(
  cluster: Cluster,
  binaries: Binaries,
  launcher: Launcher,
  user: SystemUser | undefined,
): Promise<void> {
  await removeLeftOvers(cluster);
  if (await clusterExists(cluster.dir)) return;
  const staging = await mkdtemp(join(cluster.dataDir, stagingPrefix));
  try {
    const passwordFile = join(staging, "password");
    await writeFile(passwordFile, cluster.password, { mode: 0o600 });
    await giveTo(user, staging);
    const made = join(staging, "cluster");
    await runProgram(launcher(binaries.initdb, ...listArguments(made, passwordFile)), { timeoutMs: 180_000 });
    await rename(made, cluster.dir);
    await syncDirectory(cluster.dataDir);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

function listArguments(dir: string, passwordFile: string): string[] {
  return [
    `--pgdata=${dir}`,
    `--username=${pipitName}`,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
  ];
}

// An initdb whose server was killed may still be writing into its directory for a moment; it stops when its files vanish.
async function removeLeftOvers(cluster: Cluster): Promise<void> {
  const names = (await readdir(cluster.dataDir)).filter((name) => name.startsWith(stagingPrefix));
  for (const name of names) {
    const path = join(cluster.dataDir, name);
    try {
      await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    } catch (error) {
      // The next start tries again; nothing ever reads it.
      cluster.log.warn({ err: error, path }, "could not remove what an interrupted first start left behind");
    }
  }
}
