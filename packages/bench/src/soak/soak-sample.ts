/** What is read of a server and its database every so often in a long run. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import type { Round } from "../load/orders.ts";
import { sumSeries } from "../metrics.ts";
import { readResidentBytes } from "../processes/memory.ts";
import type { PipitServer } from "../processes/pipit-server.ts";
import { readDatabaseUrl } from "../processes/postmaster.ts";
import type { Scope } from "../processes/scope.ts";
import type { Summary } from "../statistics.ts";

export type SoakSample = {
  /** Seconds since the run began. */
  at_s: number;
  resident_bytes: number;
  /** Used on the heap, with what no collection has taken yet. */
  heap_used_bytes: number;
  wal_bytes: number;
  database_bytes: number;
  live_tuples: number;
  dead_tuples: number;
  open_handles: number;
  acked_per_s: number;
  ack_ms: Summary;
  delivery_ms: Summary;
};

export type TableSize = { table: string; bytes: number; live_tuples: number; dead_tuples: number };

/** A connection of its own to the server's embedded PostgreSQL. */
export async function watchDatabase(scope: Scope, dataDir: string): Promise<pg.Client> {
  const client = new pg.Client(await readDatabaseUrl(dataDir));
  await client.connect();
  scope.defer(() => client.end());
  return client;
}

export type Watched = { server: PipitServer; database: pg.Client; dataDir: string };

export async function takeSample(
  { server, database, dataDir }: Watched,
  atSeconds: number,
  round: Round,
): Promise<SoakSample> {
  const [metrics, residentBytes, walBytes, tables] = await Promise.all([
    server.readMetrics(),
    readResidentBytes(server.pid),
    sumFolder(join(dataDir, "postgres", "pg_wal")),
    readTables(database),
  ]);
  return {
    at_s: Math.round(atSeconds),
    resident_bytes: residentBytes,
    heap_used_bytes: sumSeries(metrics, "nodejs_heap_size_used_bytes"),
    wal_bytes: walBytes,
    database_bytes: sum(tables, "bytes"),
    live_tuples: sum(tables, "live_tuples"),
    dead_tuples: sum(tables, "dead_tuples"),
    open_handles: sumSeries(metrics, "nodejs_active_handles_total"),
    acked_per_s: round.ackedPerSecond,
    ack_ms: round.ackLatency,
    delivery_ms: round.deliveryLatency,
  };
}

/** The tables, the largest first. */
export async function readTables(database: pg.Client): Promise<TableSize[]> {
  const { rows } = await database.query<TableSize>(`
    select relname as table, pg_total_relation_size(relid)::float8 as bytes,
      n_live_tup::float8 as live_tuples, n_dead_tup::float8 as dead_tuples
    from pg_stat_user_tables order by 2 desc`);
  return rows;
}

/** How large PostgreSQL lets its write-ahead log become, about. */
export async function readWalLimit(database: pg.Client): Promise<number> {
  const { rows } = await database.query<{ bytes: number }>(
    "select pg_size_bytes(current_setting('max_wal_size'))::float8 as bytes",
  );
  return rows[0]?.bytes ?? 0;
}

async function sumFolder(folder: string): Promise<number> {
  const names = await readdir(folder);
  const sizes = await Promise.all(names.map((name) => sizeOf(join(folder, name))));
  return sizes.reduce((total, size) => total + size, 0);
}

async function sizeOf(path: string): Promise<number> {
  try {
    const { size } = await stat(path);
    return size;
  } catch (error) {
    // A segment that was recycled between the two looks.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return 0;
    throw error;
  }
}

function sum(tables: readonly TableSize[], field: "bytes" | "live_tuples" | "dead_tuples"): number {
  return tables.reduce((total, table) => total + table[field], 0);
}
