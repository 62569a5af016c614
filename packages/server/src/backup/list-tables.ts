/** What there is to back up: the tables of a database, in an order in which they can be loaded. */
import type { ClientBase } from "pg";

export type Table = { name: string; columns: string[] };

/**
 * Without the list of migrations, which the manifest has, and without columns that PostgreSQL fills itself: generated ones,
 * and transaction ids, which mean nothing in another cluster and are given anew when a row is loaded.
 */
const listTablesQuery = `
select c.relname::text as name, array_agg(a.attname::text order by a.attnum) as columns
from pg_class c join pg_attribute a on a.attrelid = c.oid
where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
  and c.relname not in ('kysely_migration', 'kysely_migration_lock')
  and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.atttypid <> 'xid8'::regtype
group by c.relname order by c.relname limit 10000`;

const listReferencesQuery = `
select f.relname::text as table, t.relname::text as target
from pg_constraint k join pg_class f on f.oid = k.conrelid join pg_class t on t.oid = k.confrelid
where k.contype = 'f' and k.connamespace = current_schema()::regnamespace and f.oid <> t.oid
order by 1, 2 limit 10000`;

type Reference = { table: string; target: string };

/** @throws {Error} if tables refer to each other in a circle */
export async function listTables(client: ClientBase): Promise<Table[]> {
  const { rows: tables } = await client.query<Table>(listTablesQuery);
  const { rows: references } = await client.query<Reference>(listReferencesQuery);
  return sortByReferences(tables, references);
}

/** Puts each table behind those that it refers to. */
function sortByReferences(tables: readonly Table[], references: readonly Reference[]): Table[] {
  const placed = new Map<string, Table>();
  while (placed.size < tables.length) {
    const isDue = ({ name }: Table) =>
      !placed.has(name) && references.every(({ table, target }) => table !== name || placed.has(target));
    const due = tables.filter(isDue);
    if (due.length === 0) throw new Error("The tables refer to each other in a circle: they have no order to load in.");
    for (const table of due) placed.set(table.name, table);
  }
  return [...placed.values()];
}
