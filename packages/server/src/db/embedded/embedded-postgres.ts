/** The PostgreSQL that comes with Pipit: found if it runs, else started; stopped when nobody needs it any more. */
import { ClaimKeeper } from "./claim-keeper.ts";
import { type Cluster, type EmbeddedLog, openCluster, pipitName } from "./cluster.ts";
import type { Claimant, ClaimKind } from "./connect-claimant.ts";
import { openClaim } from "./open-claim.ts";
import { releaseClaim } from "./release-claim.ts";
import { takeOwnership } from "./take-ownership.ts";

export type EmbeddedPostgres = {
  /** What `new pg.Pool()` takes to reach it. `host` is the directory of its socket. Stays valid when it is started again. */
  connection: { host: string; port: number; user: string; password: string; database: string };
  /** How it was come by. */
  origin: "started" | "found";
  /** Releases our claim. An owner shuts PostgreSQL down; a visitor does if nobody else uses it. Idempotent. */
  stop(): Promise<void>;
};

export type EmbeddedPostgresOptions = {
  /** Made if missing. PostgreSQL keeps its data in `${dataDir}/postgres`. */
  dataDir: string;
  log: EmbeddedLog;
  /** `owner`: a server, of which there is one, and which starts PostgreSQL again when it dies. `visitor`: anyone else. */
  claim: ClaimKind;
};

/**
 * Finds or starts the PostgreSQL of a data directory. It outlives this process if that is killed, and is then found again.
 * @throws when it can't be run (saying what to do, with the end of its log), or when another server lives.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, log, claim: kind } = options;
  const cluster = await openCluster(dataDir, log);
  const { claimant, origin } = kind === "owner" ? await takeOwnership(cluster) : await openClaim(cluster, kind);
  log.info({ origin, pid: claimant.postmaster.pid, dir: cluster.dir }, "PostgreSQL is ready");
  const keeper = new ClaimKeeper(cluster, kind, claimant);
  let stopped: Promise<void> | undefined;
  const stop = async () => await releaseClaim(cluster, kind, await keeper.close());
  return {
    connection: toConnection(cluster, claimant),
    origin,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

function toConnection({ password }: Cluster, { postmaster }: Claimant): EmbeddedPostgres["connection"] {
  const { socketDir: host, port } = postmaster;
  return { host, port, user: pipitName, password, database: pipitName };
}
