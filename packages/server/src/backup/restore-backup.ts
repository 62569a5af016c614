/** Loads a backup into a database: all of it, or nothing. */
import type { Kysely } from "kysely";
import pg, { type ClientBase } from "pg";
import { inClientTransaction } from "../db/client-transaction.ts";
import { migrate, migrateTo } from "../db/migrate.ts";
import type { Database } from "../db/schema.ts";
import { type Contents, emptySchema, readContents, requireNoServers } from "./empty-schema.ts";
import { type Manifest, type Part, readManifest } from "./manifest.ts";
import { checkPart, loadPart } from "./part-files.ts";
import { renewCursors } from "./renew-cursors.ts";
import { setSequences } from "./sequences.ts";

export type RestoreOptions = {
  client: ClientBase;
  folder: string;
  /** Remove what is in the database. */
  isForced: boolean;
  /** Told of what is removed, before it is. */
  onRemove?(contents: Contents): void;
  /** Told of each table that was loaded. */
  onPart?(part: Part): void;
};

/** Reads all of a backup. @throws {Error} with a sentence, if it is not whole or not as it was written */
export async function checkBackup(folder: string): Promise<Manifest> {
  const manifest = await readManifest(folder);
  for (const part of manifest.parts) await checkPart(folder, part);
  return manifest;
}

/**
 * One transaction, from emptying the database to the newest migration: when it fails, or is cut off, the database is what
 * it was. Devices learn by themselves that it is another one (docs/spec.md S5).
 * @throws {Error} with a sentence, if the backup is damaged or of a newer version, the database is not empty, or servers
 *   are connected to it
 */
export async function restoreBackup(options: RestoreOptions): Promise<Manifest> {
  const { client, folder } = options;
  const manifest = await checkBackup(folder);
  await requireNoServers(client);
  await inClientTransaction(client, async (tx) => {
    await makeRoom(options);
    await migrateTo(tx, manifest.migrations);
    await loadAll(options, manifest);
    await migrate(tx);
    await renewCursors(tx);
  });
  return manifest;
}

/** Makes each device load anew, after a restore by other means. @throws {Error} if servers are connected */
export async function renewDatabase(client: ClientBase): Promise<void> {
  await requireNoServers(client);
  await inClientTransaction(client, async (tx: Kysely<Database>) => {
    await migrate(tx);
    await renewCursors(tx);
  });
}

async function makeRoom({ client, isForced, onRemove }: RestoreOptions): Promise<void> {
  const contents = await readContents(client);
  if (contents.tables.length === 0) return;
  const count = contents.tables.reduce((sum, table) => sum + table.rows, 0);
  const what = `This database is not empty: it has ${contents.tables.length} tables with ${count} rows`;
  if (!contents.isPipit) throw new Error(`${what}, and they are not Pipit's. Restore into an empty one.`);
  if (!isForced) throw new Error(`${what}. Restore into an empty one, or remove them all with --force.`);
  onRemove?.(contents);
  await emptySchema(client);
}

// Migrations may bring rows of their own, which the backup has as they were; triggers did their work when the rows were new.
async function loadAll({ client, folder, onPart }: RestoreOptions, manifest: Manifest): Promise<void> {
  const names = manifest.parts.map((part) => pg.escapeIdentifier(part.table));
  await client.query(`truncate ${names.join(", ")}`);
  for (const name of names) await client.query(`alter table ${name} disable trigger user`);
  for (const part of manifest.parts) {
    await loadPart(client, folder, part);
    onPart?.(part);
  }
  for (const name of names) await client.query(`alter table ${name} enable trigger user`);
  await setSequences(client, manifest.sequences);
  await client.query(`analyze ${names.join(", ")}`);
}
