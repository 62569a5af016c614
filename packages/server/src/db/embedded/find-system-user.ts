/** Chooses the system user that PostgreSQL runs as: it refuses to run as root. */
import { execFile } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { promisify } from "node:util";
import { isErrno } from "./errno.ts";

export type SystemUser = { uid: number; gid: number };

const preferredNames = ["pipit", "nobody"];

/**
 * The user to become, or undefined to stay who we are. Root becomes the user that an existing cluster belongs to, so that
 * a checkout can be used by its owner and by root in turn; else `pipit` if the machine has it, else `nobody`.
 * @throws when we are not root and the cluster belongs to someone else.
 */
export async function findSystemUser(clusterDir: string): Promise<SystemUser | undefined> {
  const own = process.getuid?.();
  const owner = await findOwner(clusterDir);
  if (own === 0) return owner !== undefined && owner.uid !== 0 ? owner : await findPreferredUser();
  if (owner === undefined || owner.uid === own) return undefined;
  throw new Error(
    `${clusterDir} belongs to user ${owner.uid}, but the server runs as user ${own}: run it as that user or as root, change the owner, or choose another PIPIT_DATA_DIR.`,
  );
}

/** Gives the user a cluster that is root's, as one from a back-up may be. */
export async function adoptCluster(clusterDir: string, user: SystemUser | undefined): Promise<void> {
  const owner = await findOwner(clusterDir);
  if (owner?.uid !== user?.uid) await giveTo(user, clusterDir);
}

/** Gives files to the user that PostgreSQL runs as. */
export async function giveTo(user: SystemUser | undefined, ...paths: string[]): Promise<void> {
  if (user === undefined || paths.length === 0) return;
  await promisify(execFile)("chown", ["-R", `${user.uid}:${user.gid}`, "--", ...paths]);
}

async function findOwner(path: string): Promise<SystemUser | undefined> {
  try {
    const { uid, gid } = await stat(path);
    return { uid, gid };
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}

async function findPreferredUser(): Promise<SystemUser> {
  const accounts = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => line.split(":"));
  for (const name of preferredNames) {
    const [, , uid, gid] = accounts.find((fields) => fields[0] === name) ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    "PostgreSQL refuses to run as root, and this machine has no user named pipit or nobody: create one (useradd --system pipit), or run the server as an ordinary user.",
  );
}
