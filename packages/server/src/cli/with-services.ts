/** Opens what a command needs of the server, for as long as the command runs. */
import { systemClock } from "../clock.ts";
import type { Config } from "../config.ts";
import { createDatabase, createPatientPool } from "../db/database.ts";
import { migrate } from "../db/migrate.ts";
import { openConnection } from "../db/open-connection.ts";
import { createUserDirectory } from "../features/users/user-directory-access.ts";
import type { UserServices } from "../features/users/users-access.ts";
import { createLog } from "../log.ts";

/**
 * The embedded PostgreSQL of a running server is used as it is; otherwise it is started for the moment.
 * @param migrates bring the database up to date first
 */
export async function withServices<Value>(
  config: Config,
  migrates: boolean,
  work: (services: UserServices, ran: string[]) => Promise<Value>,
): Promise<Value> {
  const log = createLog("warn");
  const opened = await openConnection(config, log, "visitor");
  const pool = createPatientPool(opened.connection, log);
  try {
    const db = createDatabase(pool);
    const ran = migrates ? await migrate(db) : [];
    return await work({ db, clock: systemClock, users: createUserDirectory(db, systemClock) }, ran);
  } finally {
    await pool.end();
    await opened.close();
  }
}
