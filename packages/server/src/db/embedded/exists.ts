/** Whether something is there. */
import { access } from "node:fs/promises";
import { join } from "node:path";
import { isErrno } from "./errno.ts";

/** Whether `clusterDir` holds a PostgreSQL cluster. */
export function clusterExists(clusterDir: string): Promise<boolean> {
  return exists(join(clusterDir, "PG_VERSION"));
}

export async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return false;
    throw error;
  }
}
