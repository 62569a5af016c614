/** A transaction on a connection that is also used without Kysely, for what Kysely can't say. */
import { Kysely, PostgresDialect, type PostgresPoolClient } from "kysely";
import type { ClientBase } from "pg";
import type { Database } from "./schema.ts";

/** Runs work in a transaction; what the client does meanwhile is part of it. It stays open and connected afterwards. */
export async function inClientTransaction<Value>(
  client: ClientBase,
  work: (tx: Kysely<Database>) => Promise<Value>,
): Promise<Value> {
  const query = (text: string, parameters: readonly unknown[]): Promise<unknown> => client.query(text, [...parameters]);
  // Of the two forms that Kysely declares, the one with a cursor is only used by streams, which we have none of.
  const connection: PostgresPoolClient = { query: query as PostgresPoolClient["query"], release: () => {} };
  const pool = { connect: async () => connection, end: async () => {}, options: {} };
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) }).transaction().execute(work);
}
