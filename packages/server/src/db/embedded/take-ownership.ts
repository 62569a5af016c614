/** Becomes the one server of a PostgreSQL. */
import { setTimeout as sleep } from "node:timers/promises";
import { findOwner, tryOwn } from "./claim-locks.ts";
import type { Cluster } from "./cluster.ts";
import { type Claimant, disconnect, isTransient } from "./connect-claimant.ts";
import { type OpenedClaim, openClaim } from "./open-claim.ts";

const patienceMs = 5_000;
const pollMs = 100;

/** Another server lives. */
class OwnedError extends Error {
  constructor(dataDir: string, owner: string) {
    super(
      `Another Pipit server uses the data in ${dataDir}: ${owner}. Stop it first, or choose another PIPIT_DATA_DIR for this one.`,
    );
    this.name = "OwnedError";
  }
}

/**
 * Opens a claim and makes it the owner's. Waits 5 s for another owner to end: that of a killed server lasts until
 * PostgreSQL has noticed, and that of a server that is shutting down may take PostgreSQL with it.
 * @throws {OwnedError} when it does not end; what `openClaim` throws.
 */
export async function takeOwnership(cluster: Cluster): Promise<OpenedClaim> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const opened = await openClaim(cluster, "owner");
    try {
      await waitToOwn(cluster, opened.claimant, deadline);
      return opened;
    } catch (error) {
      await disconnect(opened.claimant);
      const isShutDown = !(error instanceof OwnedError) && isTransient(error);
      if (!isShutDown || performance.now() > deadline) throw error;
    }
  }
}

async function waitToOwn(cluster: Cluster, claimant: Claimant, deadline: number): Promise<void> {
  while (!(await tryOwn(claimant))) {
    if (performance.now() > deadline) throw new OwnedError(cluster.dataDir, await describeOwner(claimant));
    await sleep(pollMs);
  }
}

async function describeOwner(claimant: Claimant): Promise<string> {
  return (await findOwner(claimant)) ?? "one that has just ended";
}
