/** Shuts PostgreSQL down. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "./cluster.ts";
import { isErrno } from "./errno.ts";
import { findPostmaster } from "./find-postmaster.ts";
import { readLogTail } from "./postgres-log.ts";
import { isPostmasterOf } from "./postmaster-file.ts";
import { removeSocketDir } from "./socket-directory.ts";

const fastMs = 60_000;
const immediateMs = 15_000;
const pollMs = 25;

/**
 * Ends PostgreSQL, its sessions first, and waits until it has. When that takes longer than a minute it is told to
 * drop everything, which loses nothing: it then recovers from its log at the next start. Call it under the start lock.
 * @throws when it does not end even so, with the end of its log.
 */
export async function shutDown(cluster: Cluster): Promise<void> {
  const postmaster = await findPostmaster(cluster.dir);
  if (postmaster === undefined) return;
  const { pid } = postmaster;
  if (pid === undefined) {
    cluster.log.warn({ dir: cluster.dir }, "PostgreSQL runs in another container, and is left running");
    return;
  }
  if (!(await endBy(cluster, pid, "SIGINT", fastMs))) {
    cluster.log.warn({ pid }, "PostgreSQL takes long to shut down; it is told to stop at once");
    if (!(await endBy(cluster, pid, "SIGQUIT", immediateMs))) throw new Error(await explain(cluster, pid));
  }
  await removeSocketDir(postmaster.socketDir);
}

async function endBy(cluster: Cluster, pid: number, signal: NodeJS.Signals, patienceMs: number): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  send(pid, signal);
  while (await isPostmasterOf(cluster.dir, pid)) {
    if (performance.now() > deadline) return false;
    await sleep(pollMs);
  }
  return true;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!isErrno(error, "ESRCH")) throw error;
  }
}

async function explain(cluster: Cluster, pid: number): Promise<string> {
  return `PostgreSQL (process ${pid}) does not stop. The end of its log:\n${await readLogTail(cluster.logFile)}`;
}
