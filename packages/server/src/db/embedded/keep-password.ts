/** The superuser's password: made once, kept in a file that only the server's user can read. */
import { randomBytes } from "node:crypto";
import { link, open, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { isErrno } from "./errno.ts";
import { clusterExists } from "./exists.ts";
import { syncDirectory } from "./sync-directory.ts";

/**
 * The password in `file`, which is made if there is no cluster yet.
 * @throws when the file is unreadable or damaged, or is missing beside an existing cluster.
 */
export async function keepPassword(file: string, clusterDir: string): Promise<string> {
  const kept = await readPassword(file);
  if (kept !== undefined) return kept;
  if (await clusterExists(clusterDir)) {
    throw new Error(`${file} is missing, so nobody can log in to the PostgreSQL in ${clusterDir}: restore that file.`);
  }
  await writePassword(file, randomBytes(24).toString("base64url"));
  // Another process may have been first: its password is the one that counts.
  return (await readPassword(file)) ?? (await keepPassword(file, clusterDir));
}

async function readPassword(file: string): Promise<string | undefined> {
  try {
    const password = (await readFile(file, "utf8")).trim();
    if (!/^[\w-]{16,}$/.test(password)) throw new Error(`${file} does not hold a password: restore that file.`);
    return password;
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    if (!isErrno(error, "EACCES")) throw error;
    throw new Error(`${file} is another user's: run the server as the user that it was first run as, or as root.`, {
      cause: error,
    });
  }
}

// The name appears with the whole content behind it, and only once, however many processes try.
async function writePassword(file: string, password: string): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  const handle = await open(draft, "wx", 0o600);
  try {
    await handle.writeFile(`${password}\n`);
    await handle.sync();
    await link(draft, file);
    await syncDirectory(dirname(file));
  } catch (error) {
    if (!isErrno(error, "EEXIST")) throw error;
  } finally {
    await handle.close();
    await rm(draft, { force: true });
  }
}
