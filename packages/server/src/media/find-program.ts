/** Finds a program as a shell would. */
import { accessSync, constants, statSync } from "node:fs";
import { join } from "node:path";

/** The first executable file of that name in the directories of `searchPath` (as in PATH), or undefined. */
export function findProgram(name: string, searchPath: string): string | undefined {
  const directories = searchPath.split(":").filter((directory) => directory.startsWith("/"));
  return directories.map((directory) => join(directory, name)).find(isProgram);
}

/** Whether a path is that of a file that may be executed. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Not there, not ours to run, or below a directory that is closed to us: it can't be used in any case.
    return false;
  }
}
