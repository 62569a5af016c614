/** Opens the database of a server, and brings it up to date. */
import { type Kysely, sql } from "kysely";
import type pg from "pg";
import type { Config } from "../config.ts";
import type { Log } from "../log.ts";
import { createDatabase, createPatientPool, createPool } from "./database.ts";
import { migrate } from "./migrate.ts";
import { openConnection } from "./open-connection.ts";
import type { Database } from "./schema.ts";

export type OpenDatabase = {
  db: Kysely<Database>;
  pool: pg.Pool;
  /** One connection of the batches' own, so that a send never waits behind reads. */
  writer: pg.Pool;
  close(): Promise<void>;
};

/** @throws when the database can't be reached or brought up to date; nothing stays open then */
export async function openDatabase(config: Config, log: Log): Promise<OpenDatabase> {
  const opened = await openConnection(config, log, "owner");
  const pool = createPool(opened.connection, config.databasePoolSize, log);
  const writer = createPool(opened.connection, 1, log);
  const db = createDatabase(pool);
  const close = async (): Promise<void> => {
    await Promise.all([writer.end(), pool.end()]);
    await opened.close();
  };
  try {
    await requireReachable(config, db);
    if (config.migrate) await bringUpToDate(opened.connection, log);
    return { db, pool, writer, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @throws {Error} saying which database does not answer */
export async function requireReachable(config: Config, db: Kysely<Database>): Promise<void> {
  try {
    await sql`select 1`.execute(db);
  } catch (cause) {
    const where =
      config.databaseUrl === undefined
        ? "The embedded PostgreSQL"
        : `The database of DATABASE_URL at ${hostOf(config.databaseUrl)}`;
    throw new Error(`${where} can't be reached.`, { cause });
  }
}

// The host alone: the address has the password in it.
function hostOf(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  return url.searchParams.get("host") ?? url.host;
}

/**
 * Runs the migrations that have not run yet, with a pool of its own: one may take longer than a request may, and so may
 * waiting for another node's.
 */
export async function bringUpToDate(connection: pg.PoolConfig, log: Log): Promise<void> {
  const pool = createPatientPool(connection, log);
  try {
    const ran = await migrate(createDatabase(pool));
    if (ran.length > 0) log.info({ migrations: ran }, "the database was brought up to date");
  } finally {
    await pool.end();
  }
}
