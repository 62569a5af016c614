/** The one database of a cluster: found or started, and brought up to date before the nodes come. */
import type pg from "pg";
import type { Config } from "../config.ts";
import { createDatabase, createPatientPool } from "../db/database.ts";
import { openConnection } from "../db/open-connection.ts";
import { bringUpToDate, requireReachable } from "../db/open-database.ts";
import type { Log } from "../log.ts";

export type ClusterDatabase = {
  /** What DATABASE_URL is to be for a node. */
  url: string;
  close(): Promise<void>;
};

/** @throws {Error} when it can't be reached or brought up to date; nothing stays open then */
export async function openClusterDatabase(config: Config, log: Log): Promise<ClusterDatabase> {
  const opened = await openConnection(config, log, "owner");
  try {
    await check(config, opened.connection, log);
    if (config.migrate) await bringUpToDate(opened.connection, log);
    return { url: config.databaseUrl ?? toUrl(opened.connection), close: opened.close };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function check(config: Config, connection: pg.PoolConfig, log: Log): Promise<void> {
  const pool = createPatientPool(connection, log);
  try {
    await requireReachable(config, createDatabase(pool));
  } finally {
    await pool.end();
  }
}

/** The embedded one listens on a socket in the file system only. */
function toUrl({ host, port, user, password, database }: pg.PoolConfig): string {
  const url = new URL("postgresql://localhost");
  url.username = user ?? "";
  url.password = typeof password === "string" ? password : "";
  url.port = String(port);
  url.pathname = `/${database}`;
  url.searchParams.set("host", host ?? "");
  return url.href;
}
