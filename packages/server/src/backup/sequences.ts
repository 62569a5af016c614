/** Where the sequences of identity columns stand. */
import pg, { type ClientBase } from "pg";
import type { SequenceState } from "./manifest.ts";

const listQuery = `
select c.relname::text as table, a.attname::text as column,
  pg_get_serial_sequence(quote_ident(c.relname), a.attname) as sequence
from pg_class c join pg_attribute a on a.attrelid = c.oid
where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
  and pg_get_serial_sequence(quote_ident(c.relname), a.attname) is not null
order by 1, 2 limit 10000`;

type Found = { table: string; column: string; sequence: string };

/** Sequences stand outside of transactions: they may be beyond the rows of a snapshot, never behind. */
export async function readSequences(client: ClientBase): Promise<SequenceState[]> {
  const { rows: found } = await client.query<Found>(listQuery);
  const states: SequenceState[] = [];
  for (const { table, column, sequence } of found) {
    // The name comes quoted.
    const { rows } = await client.query(`select last_value::text as last_value, is_called from ${sequence}`);
    states.push({ table, column, ...rows[0] });
  }
  return states;
}

export async function setSequences(client: ClientBase, states: readonly SequenceState[]): Promise<void> {
  for (const { table, column, last_value, is_called } of states) {
    await client.query("select setval(pg_get_serial_sequence($1, $2), $3::bigint, $4)", [
      pg.escapeIdentifier(table),
      column,
      last_value,
      is_called,
    ]);
  }
}
