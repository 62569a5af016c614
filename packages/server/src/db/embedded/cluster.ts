/** What the parts of the embedded PostgreSQL know of a data directory: where things lie and how to log in. */
import { mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { keepPassword } from "./keep-password.ts";

/** The part of a logger that is used here. */
export type EmbeddedLog = {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
};

export type Cluster = {
  /** The data directory, with symbolic links resolved so that it compares with what PostgreSQL reports. */
  dataDir: string;
  /** PostgreSQL's own directory (`PGDATA`). */
  dir: string;
  logFile: string;
  password: string;
  log: EmbeddedLog;
};

/** The name of the superuser and of the database. */
export const pipitName = "pipit";

/**
 * The cluster of a data directory, which is made if missing.
 * @throws when the data directory can't be used, or the password of an existing cluster is gone.
 */
export async function openCluster(dataDir: string, log: EmbeddedLog): Promise<Cluster> {
  // PostgreSQL's own user must be able to pass through when that is another one.
  await makeDataDir(dataDir);
  const real = await realpath(dataDir);
  const dir = join(real, "postgres");
  const password = await keepPassword(join(real, "postgres-password"), dir);
  return { dataDir: real, dir, logFile: join(real, "postgres.log"), password, log };
}

async function makeDataDir(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  } catch (cause) {
    throw new Error(
      `The data directory ${dataDir} can't be made: is its place writable? PIPIT_DATA_DIR names another.`,
      {
        cause,
      },
    );
  }
}
