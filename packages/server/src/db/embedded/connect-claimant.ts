/** The connection by which a process shows PostgreSQL that it uses it. */
import { Socket } from "node:net";
import pg from "pg";
import { type Cluster, pipitName } from "./cluster.ts";
import type { Postmaster } from "./find-postmaster.ts";

/** An owner serves, and is alone in that; visitors come and go. */
export type ClaimKind = "owner" | "visitor";

export type Claimant = {
  client: pg.Client;
  /** Under the client; for `ref` and `unref`. */
  socket: Socket;
  postmaster: Postmaster;
  isLost: boolean;
  /** Resolves when the connection has ended, with the reason if PostgreSQL gave one. */
  lost: Promise<Error | undefined>;
};

/**
 * Connects to Pipit's database, which is made if missing.
 * @throws what the client library throws.
 */
export async function connectClaimant(cluster: Cluster, postmaster: Postmaster, kind: ClaimKind): Promise<Claimant> {
  try {
    return await open(cluster, postmaster, kind, pipitName);
  } catch (error) {
    if (!hasCode(error, missingDatabase)) throw error;
    await createDatabase(cluster, postmaster, kind);
    return await open(cluster, postmaster, kind, pipitName);
  }
}

/** Ends the connection, and with it the claim. */
export async function disconnect(claimant: Claimant): Promise<void> {
  if (claimant.isLost) return;
  claimant.socket.ref();
  const impatience = setTimeout(() => claimant.socket.destroy(), 2_000);
  await claimant.client.end();
  clearTimeout(impatience);
}

/** Whether it may go better if it is tried again: PostgreSQL is starting, stopping or gone. Its other answers are final. */
export function isTransient(error: unknown): boolean {
  return !(error instanceof pg.DatabaseError) || error.code?.startsWith("57P") === true;
}

const missingDatabase = "3D000";
const duplicateDatabase = "42P04";

async function createDatabase(cluster: Cluster, postmaster: Postmaster, kind: ClaimKind): Promise<void> {
  const claimant = await open(cluster, postmaster, kind, "postgres");
  try {
    // The details of errors hold what people wrote, and the log must not; but those of a failing start are needed.
    await claimant.client.query(`alter role ${pipitName} set log_error_verbosity = 'terse'`);
    await claimant.client.query(`create database ${pipitName}`);
  } catch (error) {
    if (!hasCode(error, duplicateDatabase)) throw error;
  } finally {
    await disconnect(claimant);
  }
}

async function open(cluster: Cluster, postmaster: Postmaster, kind: ClaimKind, database: string): Promise<Claimant> {
  const socket = new Socket();
  const client = new pg.Client({
    host: postmaster.socketDir,
    port: postmaster.port,
    user: pipitName,
    password: cluster.password,
    database,
    // Shown to whoever is refused.
    application_name: `pipit ${kind}, process ${process.pid}`,
    connectionTimeoutMillis: 10_000,
    query_timeout: 30_000,
    options: "-c idle_session_timeout=0 -c statement_timeout=0",
    stream: () => socket,
  });
  const claimant: Claimant = { client, socket, postmaster, isLost: false, lost: waitForEnd(client) };
  void claimant.lost.then(() => {
    claimant.isLost = true;
  });
  await client.connect();
  return claimant;
}

// Without a listener, an error of an idle connection would end the process.
function waitForEnd(client: pg.Client): Promise<Error | undefined> {
  return new Promise((resolve) => {
    let reason: Error | undefined;
    client.on("error", (error) => {
      reason = error;
    });
    client.once("end", () => resolve(reason));
  });
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof pg.DatabaseError && error.code === code;
}
