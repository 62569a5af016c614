/** What is in a database before a backup is restored into it, and how it is emptied. */
import pg, { type ClientBase } from "pg";

export type Contents = {
  /** Its tables, with the rows of each. */
  tables: { name: string; rows: number }[];
  /** Whether they are Pipit's. */
  isPipit: boolean;
};

export async function readContents(client: ClientBase): Promise<Contents> {
  const names = await listNames(client);
  const tables: Contents["tables"] = [];
  for (const name of names) {
    const { rows } = await client.query<{ rows: number }>(`select count(*) as rows from ${pg.escapeIdentifier(name)}`);
    tables.push({ name, rows: rows[0]?.rows ?? 0 });
  }
  return { tables, isPipit: names.includes("kysely_migration") };
}

/** Removes all tables and functions of the schema, except what extensions brought. */
export async function emptySchema(client: ClientBase): Promise<void> {
  for (const name of await listNames(client)) await client.query(`drop table ${pg.escapeIdentifier(name)} cascade`);
  const { rows } = await client.query<{ name: string }>(`
    select p.oid::regprocedure::text as name from pg_proc p
    where p.pronamespace = current_schema()::regnamespace and p.prokind = 'f'
      and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e') limit 10000`);
  // As PostgreSQL wrote it: quoted, and with the types that tell it from others.
  for (const { name } of rows) await client.query(`drop function ${name}`);
}

/** Servers that are connected; a restore under them would leave devices with what is no longer there. */
export async function requireNoServers(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ count: number }>(`
    select count(*) as count from pg_stat_activity
    where datname = current_database() and application_name = 'pipit' and pid <> pg_backend_pid()`);
  const count = rows[0]?.count ?? 0;
  if (count > 0) throw new Error(`Pipit has ${count} connections to this database: stop all its servers first.`);
}

async function listNames(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(`
    select c.relname::text as name from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'e')
    order by 1 limit 10000`);
  return rows.map((row) => row.name);
}
