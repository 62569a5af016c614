/** Brings a database up to date. */
import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import * as core from "./migrations/0001-core.ts";
import * as accounts from "./migrations/0002-accounts.ts";
import * as append from "./migrations/0003-append.ts";
import * as jobs from "./migrations/0004-jobs.ts";
import * as media from "./migrations/0005-media.ts";
import * as devices from "./migrations/0006-devices.ts";
import * as presence from "./migrations/0007-presence.ts";
import * as push from "./migrations/0008-push.ts";
import * as account from "./migrations/0009-account.ts";
import * as groups from "./migrations/0010-groups.ts";
import * as departures from "./migrations/0011-departures.ts";
import * as avatars from "./migrations/0012-avatars.ts";
import * as epochs from "./migrations/0013-epochs.ts";
import type { Database } from "./schema.ts";

const migrations: Record<string, Migration> = {
  "0001-core": core,
  "0002-accounts": accounts,
  "0003-append": append,
  "0004-jobs": jobs,
  "0005-media": media,
  "0006-devices": devices,
  "0007-presence": presence,
  "0008-push": push,
  "0009-account": account,
  "0010-groups": groups,
  "0011-departures": departures,
  "0012-avatars": avatars,
  "0013-epochs": epochs,
};

const oldestServerVersion = 150_000;

/**
 * Runs what has not run yet, all or nothing, under an advisory lock so that nodes that start together take turns.
 * @returns the names of the migrations that ran.
 */
export async function migrate(db: Kysely<Database>): Promise<string[]> {
  await requireServerVersion(db);
  const { error, results } = await createMigrator(db).migrateToLatest();
  if (error !== undefined) throw error;
  return (results ?? []).map((result) => result.migrationName);
}

/**
 * Makes an empty database what it was when it had run these and no others.
 * @throws {Error} with a sentence, if they are not the first ones that this server knows
 */
export async function migrateTo(db: Kysely<Database>, names: readonly string[]): Promise<void> {
  await requireServerVersion(db);
  const last = requireKnown(names);
  const { error } = await createMigrator(db).migrateTo(last);
  if (error !== undefined) throw error;
}

/** @returns the last of them */
function requireKnown(names: readonly string[]): string {
  const known = Object.keys(migrations);
  const unknown = names.find((name, index) => name !== known[index]);
  const last = names.at(-1);
  if (unknown === undefined && last !== undefined) return last;
  throw new Error(`The migration ${unknown} is not known to this version of Pipit: a newer one has made this.`);
}

function createMigrator(db: Kysely<Database>): Migrator {
  return new Migrator({ db, provider: { getMigrations: async () => migrations } });
}

/** Whether every migration that this server knows has run. */
export async function isMigrated(db: Kysely<Database>): Promise<boolean> {
  const known = await sql<{ present: boolean }>`select to_regclass('kysely_migration') is not null as present`.execute(
    db,
  );
  if (known.rows[0]?.present !== true) return false;
  const ran = await sql<{ name: string }>`select name from kysely_migration order by name limit 1000`.execute(db);
  const names = new Set(ran.rows.map((row) => row.name));
  return Object.keys(migrations).every((name) => names.has(name));
}

async function requireServerVersion(db: Kysely<Database>): Promise<void> {
  const result = await sql<{
    version: number;
  }>`select current_setting('server_version_num')::integer as version`.execute(db);
  const version = result.rows[0]?.version ?? 0;
  if (version < oldestServerVersion) throw new Error(`PostgreSQL 15 or newer is needed; this one says ${version}`);
}
