/** The private directory of PostgreSQL's socket. */
import { createHash } from "node:crypto";
import { chmod, lstat, mkdir, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Cluster } from "./cluster.ts";
import { isErrno } from "./errno.ts";
import { giveTo, type SystemUser } from "./find-system-user.ts";
import { postgresPort } from "./postgres-settings.ts";

// The kernel takes 107 bytes on Linux and 103 on macOS.
const maxSocketPathBytes = 100;
const temporaryPrefix = "pipit-postgres-";

/** The socket's path; PostgreSQL chooses its name. */
export function socketPath(socketDir: string, port: number = postgresPort): string {
  return join(socketDir, `.s.PGSQL.${port}`);
}

/**
 * Makes the directory for the socket, which only PostgreSQL's user can enter: `${dataDir}/run`, or a temporary one where that
 * path is too long for the kernel. It is always the same one, so that clients find PostgreSQL again after a restart.
 * @throws when a name that everyone could take is taken.
 */
export async function makeSocketDir(cluster: Cluster, user: SystemUser | undefined): Promise<string> {
  const local = join(cluster.dataDir, "run");
  const path = isShort(local) ? local : toTemporary(cluster);
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (!isErrno(error, "EEXIST")) throw error;
    if (path !== local) await requireOurs(path, user);
  }
  await chmod(path, 0o700);
  await giveTo(user, path);
  return path;
}

/** Removes a temporary directory whose PostgreSQL has ended. */
export async function removeSocketDir(socketDir: string): Promise<void> {
  if (!basename(socketDir).startsWith(temporaryPrefix)) return;
  try {
    await rmdir(socketDir);
  } catch (error) {
    if (!isErrno(error, "ENOENT", "ENOTEMPTY")) throw error;
  }
}

function isShort(socketDir: string): boolean {
  return Buffer.byteLength(socketPath(socketDir)) <= maxSocketPathBytes;
}

// The password makes the name one that others can't guess, and so can't take beforehand.
function toTemporary({ dataDir, password }: Cluster): string {
  const digest = createHash("sha256").update(`${password} ${dataDir} socket`).digest("hex").slice(0, 16);
  const name = `${temporaryPrefix}${digest}`;
  return [tmpdir(), "/tmp"].map((parent) => join(parent, name)).find(isShort) ?? join("/tmp", name);
}

async function requireOurs(path: string, user: SystemUser | undefined): Promise<void> {
  const entry = await lstat(path);
  if (entry.isDirectory() && entry.uid === (user?.uid ?? process.getuid?.())) return;
  throw new Error(`${path} should be a directory of PostgreSQL's own, but is not: remove it.`);
}
