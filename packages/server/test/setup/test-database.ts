/** A database of a test's own. */
import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";

export const templateName = "pipit_template";

export type TestDatabase = { url: string; drop(): Promise<void> };

/** Copies the migrated template; `drop` removes the copy, with whatever is still connected to it. */
export function createTestDatabase(): Promise<TestDatabase> {
  return create(`template ${templateName}`);
}

/** One that nothing has run in yet. */
export function createEmptyDatabase(): Promise<TestDatabase> {
  return create("");
}

async function create(from: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString("hex")}`;
  await onServer(`create database ${name} ${from}`);
  const url = new URL(inject("databaseUrl"));
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => onServer(`drop database if exists ${name} with (force)`) };
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client(inject("databaseUrl"));
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
