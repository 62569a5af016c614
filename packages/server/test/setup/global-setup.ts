/** Starts one real PostgreSQL for all tests, and prepares the database that each test's own is copied from. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { createDatabase, createPatientPool } from "../../src/db/database.ts";
import { startEmbeddedPostgres } from "../../src/db/embedded/embedded-postgres.ts";
import { migrate } from "../../src/db/migrate.ts";
import { createLog } from "../../src/log.ts";
import { templateName } from "./test-database.ts";

const log = createLog("warn");

type Running = { url: string; stop(): Promise<void> };

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const running = await start();
  try {
    await makeTemplate(running.url);
  } catch (error) {
    await running.stop();
    throw error;
  }
  project.provide("databaseUrl", running.url);
  return () => running.stop();
}

async function start(): Promise<Running> {
  const given = process.env.TEST_DATABASE_URL;
  if (given) return { url: given, stop: async () => {} };
  const dataDir = await mkdtemp(join(tmpdir(), "pipit-test-"));
  const embedded = await startEmbeddedPostgres({ dataDir, log, claim: "owner" });
  const { user, password, host, port, database } = embedded.connection;
  return {
    url: `postgresql://${user}:${encodeURIComponent(password)}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`,
    async stop() {
      await embedded.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function makeTemplate(url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(`drop database if exists ${templateName} with (force)`);
  await client.query(`create database ${templateName}`);
  await client.end();
  const template = new URL(url);
  template.pathname = `/${templateName}`;
  const pool = createPatientPool({ connectionString: template.href }, log);
  await migrate(createDatabase(pool));
  await pool.end();
}

declare module "vitest" {
  interface ProvidedContext {
    databaseUrl: string;
  }
}
