/** The pool of connections, and Kysely over it. */
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import type { Log } from "../log.ts";
import type { Database } from "./schema.ts";

const bigintOid = 20;

// Counters stay far below 2^53, so they are numbers, not strings. pg declares its parsers as any.
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format: "text" | "binary" | undefined) =>
    oid === bigintOid ? Number : pg.types.getTypeParser(oid, format)) as pg.CustomTypesConfig["getTypeParser"],
};

const bounds =
  "-c statement_timeout=15000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=15000 -c TimeZone=UTC";

/**
 * A pool whose sessions acknowledge only what is on disk (G1) and whose statements end by themselves (G11).
 * A lost idle connection is logged; the pool makes another.
 */
export function createPool(connection: pg.PoolConfig, size: number, log: Log): pg.Pool {
  return open({ ...connection, max: size, query_timeout: 20_000, options: `-c synchronous_commit=on ${bounds}` }, log);
}

/** A pool of one connection whose statements may take as long as they need. */
export function createPatientPool(connection: pg.PoolConfig, log: Log): pg.Pool {
  return open({ ...connection, max: 1, options: "-c synchronous_commit=on -c TimeZone=UTC" }, log);
}

function open(config: pg.PoolConfig, log: Log): pg.Pool {
  const pool = new pg.Pool({
    ...config,
    types,
    application_name: "pipit",
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
  });
  pool.on("error", (error) => log.warn({ err: error }, "lost an idle connection to PostgreSQL"));
  return pool;
}

export function createDatabase(pool: pg.Pool): Kysely<Database> {
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}
