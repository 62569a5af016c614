/** Finds or starts PostgreSQL and connects to it. */
import { setTimeout as sleep } from "node:timers/promises";
import { claimUse } from "./claim-locks.ts";
import type { Cluster } from "./cluster.ts";
import { type Claimant, type ClaimKind, connectClaimant, disconnect, isTransient } from "./connect-claimant.ts";
import { findPostmaster, type Postmaster } from "./find-postmaster.ts";
import { readLogTail } from "./postgres-log.ts";
import { withStartLock } from "./start-lock.ts";
import { startPostmaster } from "./start-postmaster.ts";

export type OpenedClaim = { claimant: Claimant; origin: "started" | "found" };

const startTimeoutMs = 180_000;
const stopTimeoutMs = 30_000;
const pollMs = 50;

/**
 * Connects to the PostgreSQL of a cluster, which is started if none runs. From then on no visitor shuts it down.
 * @throws when it can't be started or reached, with the end of its log.
 */
export async function openClaim(cluster: Cluster, kind: ClaimKind): Promise<OpenedClaim> {
  return await withStartLock(cluster, async () => {
    const deadline = performance.now() + startTimeoutMs;
    let origin: OpenedClaim["origin"] = "found";
    for (;;) {
      const claimant = await findClaimant(cluster, kind, deadline);
      if (claimant !== undefined) return { claimant, origin };
      await startPostmaster(cluster, deadline);
      origin = "started";
    }
  });
}

/** Connects to the PostgreSQL that runs; undefined when none does. Call it under the start lock. */
export async function reopenClaim(cluster: Cluster, kind: ClaimKind): Promise<Claimant | undefined> {
  return await findClaimant(cluster, kind, performance.now() + stopTimeoutMs);
}

async function findClaimant(cluster: Cluster, kind: ClaimKind, deadline: number): Promise<Claimant | undefined> {
  for (;;) {
    const postmaster = await findPostmaster(cluster.dir);
    if (postmaster === undefined) return undefined;
    const claimant = postmaster.isReady ? await tryConnect(cluster, postmaster, kind, deadline) : undefined;
    if (claimant !== undefined) return claimant;
    if (performance.now() > deadline) throw new Error(await explain(cluster, postmaster));
    await sleep(pollMs);
  }
}

async function tryConnect(
  cluster: Cluster,
  postmaster: Postmaster,
  kind: ClaimKind,
  deadline: number,
): Promise<Claimant | undefined> {
  try {
    const claimant = await connectClaimant(cluster, postmaster, kind);
    await claimUse(claimant).catch(async (error: unknown) => {
      await disconnect(claimant);
      throw error;
    });
    return claimant;
  } catch (error) {
    if (isTransient(error) && performance.now() < deadline) return undefined;
    throw new Error(await explain(cluster, postmaster), { cause: error });
  }
}

async function explain(cluster: Cluster, { pid }: Postmaster): Promise<string> {
  const tail = await readLogTail(cluster.logFile);
  return `PostgreSQL (process ${pid ?? "unknown"}) runs on ${cluster.dir} but can't be reached. The end of its log:\n${tail}`;
}
