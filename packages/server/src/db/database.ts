/** The pool of connections, and Kysely over it. */
import { Kysely, PostgresDialect, type PostgresPoolClient } from "kysely";
import pg from "pg";
import type { Log } from "../log.ts";
import type { Database } from "./schema.ts";

const bigintOid = 20;

// Counters stay far below 2^53, so they are numbers, not strings. pg declares its parsers as any.
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format: "text" | "binary" | undefined) =>
    oid === bigintOid ? Number : pg.types.getTypeParser(oid, format)) as pg.CustomTypesConfig["getTypeParser"],
};

const queryTimeoutMs = 20_000;
const bounds =
  "-c statement_timeout=15000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=15000 -c TimeZone=UTC";

/**
 * A pool whose sessions acknowledge only what is on disk (G1) and whose statements end by themselves (G11).
 * A lost connection is logged; the pool makes another.
 */
export function createPool(connection: pg.PoolConfig, size: number, log: Log): pg.Pool {
  const config = withOptions(connection, `-c synchronous_commit=on ${bounds}`);
  return open({ ...config, max: size, query_timeout: queryTimeoutMs }, log);
}

/** A pool of one connection whose statements may take as long as they need. */
export function createPatientPool(connection: pg.PoolConfig, log: Log): pg.Pool {
  return open({ ...withOptions(connection, "-c synchronous_commit=on -c TimeZone=UTC"), max: 1 }, log);
}

export function createDatabase(pool: pg.Pool): Kysely<Database> {
  const guarded = { connect: async () => guard(await pool.connect()), end: () => pool.end(), options: {} };
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool: guarded }) });
}

// Options in the address itself would replace ours: ours come after them, and the last of a name counts.
function withOptions(connection: pg.PoolConfig, options: string): pg.PoolConfig {
  if (connection.connectionString === undefined) return { ...connection, options };
  const url = new URL(connection.connectionString);
  url.searchParams.set("options", `${url.searchParams.get("options") ?? ""} ${options}`.trim());
  return { ...connection, connectionString: url.href };
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
  // The pool listens only while a connection is idle; one that is lost while it is out would end the process.
  pool.on("connect", (client) => {
    client.on("error", (error) => log.warn({ err: error }, "lost a connection to PostgreSQL"));
  });
  return pool;
}

/** A connection that is not given back to the pool once it failed in another way than PostgreSQL saying no. */
function guard(client: pg.PoolClient): PostgresPoolClient {
  let failure: unknown;
  const query = async (text: string, parameters: readonly unknown[]): Promise<unknown> => {
    // A rollback on a connection that does not answer would only wait as long again.
    if (failure !== undefined) throw failure;
    try {
      return await client.query(text, [...parameters]);
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) failure = error;
      throw error;
    }
  };
  // Of the two forms that Kysely declares, the one with a cursor is only used by streams, which we have none of.
  return { query: query as PostgresPoolClient["query"], release: () => client.release(failure !== undefined) };
}
