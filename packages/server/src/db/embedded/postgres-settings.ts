/** The settings that the embedded PostgreSQL runs with. */
import type { Cluster } from "./cluster.ts";

/** The number in the socket's name; nothing listens on TCP. */
export const postgresPort = 5432;

/** The arguments of `postgres`. They win over whatever is in postgresql.conf. */
export function listPostgresArguments(cluster: Cluster, socketDir: string): string[] {
  const settings = { ...fixedSettings, ...(process.platform === "darwin" ? darwinSettings : {}) };
  const options = Object.entries({ ...settings, unix_socket_directories: quote(socketDir) });
  return ["-D", cluster.dir, ...options.flatMap(([name, value]) => ["-c", `${name}=${value}`])];
}

const fixedSettings = {
  listen_addresses: "",
  port: String(postgresPort),
  unix_socket_permissions: "0700",
  password_encryption: "scram-sha-256",
  // G1: what is acknowledged is on the disk. wal_compression stays off: these binaries lack lz4, and pglz costs more than it saves.
  fsync: "on",
  full_page_writes: "on",
  synchronous_commit: "on",
  max_connections: "100",
  shared_buffers: "128MB",
  max_wal_size: "2GB",
  autovacuum: "on",
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  log_destination: "stderr",
  logging_collector: "off",
  log_checkpoints: "off",
  log_line_prefix: "%m [%p] ",
  // Statements hold what people wrote; the log must not.
  log_min_error_statement: "panic",
  cluster_name: "pipit",
};

// A plain fsync on macOS stops at the drive's cache.
const darwinSettings = { wal_sync_method: "fsync_writethrough" };

// The setting is a list separated by commas.
function quote(path: string): string {
  return `"${path.replaceAll('"', '""')}"`;
}
