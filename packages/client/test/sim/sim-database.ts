/** The database that all seeds of a run share, each with a tenant of its own. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import { type Config, defaultConfig } from "../../../server/src/config.ts";
import { type OpenDatabase, openDatabase } from "../../../server/src/db/open-database.ts";
import { resolveVapidKeys } from "../../../server/src/features/push/vapid-keys.ts";
import { createLog, type Log } from "../../../server/src/log.ts";
import { createMetrics, type Metrics } from "../../../server/src/metrics.ts";
import type { VapidKeys } from "../../../server/src/ports/push/web-push-sender.ts";

export const simSecret = "a secret of at least thirty-two bytes";

export type SimDatabase = { config: Config; log: Log; open: OpenDatabase; vapid: VapidKeys; metrics: Metrics };

/** @param url a migrated database; the simulation never loses PostgreSQL, so it need not wait for the disk */
export async function openSimDatabase(url: string): Promise<SimDatabase> {
  const config = defaultConfig({
    databaseUrl: url,
    // Nothing is ever written there: the bytes of media are left out.
    dataDir: join(tmpdir(), "pipit-sim"),
    databasePoolSize: 4,
    jwtSecret: simSecret,
    adminKey: simSecret,
    rateLimits: false,
    migrate: false,
  });
  const log = createLog("fatal");
  const open = await openDatabase(config, log);
  for (const pool of [open.pool, open.writer]) {
    const client = await pool.connect();
    await hasten(client);
    client.release();
    pool.on("connect", (another) => void hasten(another));
  }
  const vapid = await resolveVapidKeys({ db: open.db, clock: { now: () => new Date() } }, config);
  return { config, log, open, vapid, metrics: createMetrics() };
}

/** The same few statements come thousands of times: each is planned once a connection, and none waits for the disk. */
function hasten(client: pg.PoolClient): Promise<unknown> {
  const names = new Map<string, string>();
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  const named = (text: unknown, values?: unknown, ...rest: unknown[]): unknown => {
    if (typeof text !== "string" || !Array.isArray(values)) return query(text, values, ...rest);
    const name = names.get(text) ?? `sim${names.size}`;
    names.set(text, name);
    return query({ name, text, values }, ...rest);
  };
  Object.assign(client, { query: named });
  return client.query(
    "set synchronous_commit to off; set plan_cache_mode to force_generic_plan; set enable_seqscan to off",
  );
}
