/** Gives up a claim, and shuts PostgreSQL down when that was the last one. */
import { isLastUser, tryOwn } from "./claim-locks.ts";
import type { Cluster } from "./cluster.ts";
import { type Claimant, type ClaimKind, disconnect, isTransient } from "./connect-claimant.ts";
import { reopenClaim } from "./open-claim.ts";
import { shutDown } from "./shut-down.ts";
import { withStartLock } from "./start-lock.ts";

/**
 * An owner shuts PostgreSQL down, even under visitors. A visitor does so when neither an owner nor another visitor is
 * there, whoever started it: else nobody would.
 */
export async function releaseClaim(cluster: Cluster, kind: ClaimKind, claimant: Claimant): Promise<void> {
  await withStartLock(cluster, async () => {
    try {
      await release(cluster, kind, claimant.isLost ? await reopenClaim(cluster, kind) : claimant);
    } catch (error) {
      if (!isTransient(error)) throw error;
      // PostgreSQL died under us, and perhaps came back by itself.
      await release(cluster, kind, await reopenClaim(cluster, kind));
    }
  });
}

async function release(cluster: Cluster, kind: ClaimKind, claimant: Claimant | undefined): Promise<void> {
  if (claimant === undefined) return;
  try {
    const isLast = kind === "owner" ? await tryOwn(claimant) : await isLastUser(claimant);
    if (isLast) await shutDown(cluster);
  } finally {
    await disconnect(claimant);
  }
}
