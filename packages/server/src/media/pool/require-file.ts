/** Looks whether what a worker says that it has made is a file. */
import { lstat } from "node:fs/promises";
import { AppError } from "../../app-error.ts";
import { isErrno } from "../../db/embedded/errno.ts";

/**
 * The path, if there is an ordinary file at it. A worker that was taken over may have made a link instead, to have us give
 * away what it leads to.
 * @throws {AppError} `unsupported_type`
 */
export async function requireFile(path: string): Promise<string> {
  const found = await lstat(path).catch((error: unknown) => {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  });
  if (found?.isFile()) return path;
  throw new AppError("unsupported_type", { message: "The file could not be read." });
}
