/** Where the database is: the one that is configured, or the embedded one. */
import type pg from "pg";
import type { Config } from "../config.ts";
import type { Log } from "../log.ts";
import { startEmbeddedPostgres } from "./embedded/embedded-postgres.ts";

export type OpenConnection = { connection: pg.PoolConfig; close(): Promise<void> };

/** @param claim a server owns its embedded database; a command line visits it. */
export async function openConnection(config: Config, log: Log, claim: "owner" | "visitor"): Promise<OpenConnection> {
  if (config.databaseUrl !== undefined) {
    return { connection: { connectionString: config.databaseUrl }, close: async () => {} };
  }
  const embedded = await startEmbeddedPostgres({ dataDir: config.dataDir, log, claim });
  return { connection: embedded.connection, close: () => embedded.stop() };
}
