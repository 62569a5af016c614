/** Opens one connection to the database for a command, as it is: nothing is migrated. */
import type { PoolClient } from "pg";
import type { Config } from "../config.ts";
import { createPatientPool } from "../db/database.ts";
import { openConnection } from "../db/open-connection.ts";
import { createLog } from "../log.ts";

/** The embedded PostgreSQL of a running server is used as it is; otherwise it is started for the moment. */
export async function withClient<Value>(config: Config, work: (client: PoolClient) => Promise<Value>): Promise<Value> {
  const log = createLog("warn");
  const opened = await openConnection(config, log, "visitor");
  const pool = createPatientPool(opened.connection, log);
  try {
    const client = await pool.connect();
    try {
      return await work(client);
    } finally {
      // What failed may have left it in the middle of something.
      client.release(true);
    }
  } finally {
    await pool.end();
    await opened.close();
  }
}
