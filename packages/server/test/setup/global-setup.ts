/** Starts one real PostgreSQL for all tests, and prepares the database that each test's own is copied from. */
import { mkdtemp, rm, statfs } from "node:fs/promises";
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

/** The write-ahead log of two gibibytes, and as much again. */
const neededBytes = 4 * 1024 ** 3;

type Running = { url: string; stop(): Promise<void> };

let begun: Promise<Running> | undefined;
let users = 0;

/** Called once for each project of tests that needs it: all of them share what the first has started. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  users += 1;
  begun ??= begin();
  const { url, stop } = await begun;
  project.provide("databaseUrl", url);
  return async () => {
    users -= 1;
    if (users === 0) await stop();
  };
}

async function begin(): Promise<Running> {
  const running = await start();
  try {
    await makeTemplate(running.url);
  } catch (error) {
    await running.stop();
    throw error;
  }
  return running;
}

async function start(): Promise<Running> {
  const given = process.env.TEST_DATABASE_URL;
  if (given) return { url: given, stop: async () => {} };
  const dataDir = await mkdtemp(join(await findFastFolder(), "pipit-test-"));
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

/** Memory, where there is room in it: the tests ask PostgreSQL for a commit hundreds of thousands of times. What has to survive a
 * crash has tests on a disk of its own. */
async function findFastFolder(): Promise<string> {
  const memory = "/dev/shm";
  const space = await statfs(memory).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  );
  return space >= neededBytes ? memory : tmpdir();
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
