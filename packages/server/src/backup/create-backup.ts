/** Writes a backup of a database while servers go on working with it. */
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { ClientBase } from "pg";
import type { Clock } from "../clock.ts";
import { exists } from "../db/embedded/exists.ts";
import { syncDirectory } from "../db/embedded/sync-directory.ts";
import { listTables } from "./list-tables.ts";
import { type Manifest, type Part, writeManifest } from "./manifest.ts";
import { writePart } from "./part-files.ts";
import { readSequences } from "./sequences.ts";

export type BackupOptions = {
  client: ClientBase;
  /** Must not be there yet. */
  folder: string;
  clock: Clock;
  /** The version of the program. */
  pipit: string;
  /** Told of each table that is written. */
  onPart?(part: Part): void;
};

/**
 * All of it is of one moment, that of its first query. Nobody waits for it, and it waits for nobody but for migrations.
 * The folder has its name only once everything in it is on disk.
 * @throws {Error} with a sentence, if the folder is there or the database is none of Pipit's; nothing is left then
 */
export async function createBackup(options: BackupOptions): Promise<Manifest> {
  const folder = resolve(options.folder);
  const draft = `${folder}.part`;
  if (await exists(folder)) throw new Error(`${folder} is there already: a backup replaces nothing.`);
  await mkdir(dirname(folder), { recursive: true });
  await makeDraft(draft);
  try {
    const manifest = await writeAll(options, draft);
    await syncDirectory(draft);
    await rename(draft, folder);
    await syncDirectory(dirname(folder));
    return manifest;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

async function makeDraft(draft: string): Promise<void> {
  try {
    await mkdir(draft, { mode: 0o700 });
  } catch (cause) {
    if (!(await exists(draft))) throw cause;
    throw new Error(`${draft} is there: another backup is being written, or one was cut off. Remove it in that case.`);
  }
}

async function writeAll({ client, clock, pipit, onPart }: BackupOptions, folder: string): Promise<Manifest> {
  // Read only, and of one moment: every statement sees what the first one saw.
  await client.query("begin transaction isolation level repeatable read read only");
  try {
    const migrations = await readMigrations(client);
    const made_at = clock.now().toISOString();
    const { rows } = await client.query<{ version: string }>("select current_setting('server_version') as version");
    const tables = await listTables(client);
    const parts: Part[] = [];
    for (const [index, table] of tables.entries()) {
      const file = `${String(index + 1).padStart(3, "0")}-${table.name}.copy.gz`;
      const part = await writePart(client, table, folder, file);
      parts.push(part);
      onPart?.(part);
    }
    const sequences = await readSequences(client);
    const content = { made_at, pipit, postgresql: rows[0]?.version ?? "", migrations, parts, sequences };
    await writeManifest(folder, content);
    return { format: 1, ...content };
  } finally {
    await client.query("rollback");
  }
}

async function readMigrations(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ present: boolean }>(
    "select to_regclass('kysely_migration') is not null as present",
  );
  if (rows[0]?.present !== true) throw new Error("This database holds no data of Pipit: there is nothing to back up.");
  const ran = await client.query<{ name: string }>("select name from kysely_migration order by name limit 1000");
  return ran.rows.map((row) => row.name);
}
