/** What failures of a file system mean to those who store media. */
import { AppError } from "../../app-error.ts";
import { isErrno } from "../../db/embedded/errno.ts";

const full = ["ENOSPC", "EDQUOT"];
const away = [
  ...["EIO", "EROFS", "ENOENT", "ENOTDIR", "EACCES", "EPERM", "ELOOP", "EXDEV", "EBUSY"],
  ...["ESTALE", "ENODEV", "ENXIO", "ETIMEDOUT", "EMFILE", "ENFILE"],
];

/** `storage_full` or `unavailable` for what the file system reports, any other error as it is. */
export function toStorageError(error: unknown): unknown {
  if (isErrno(error, ...full)) return storageFull(error);
  if (isErrno(error, ...away)) return storageAway(error);
  return error;
}

/** Runs a piece of work on the file system with its failures told as `toStorageError` does. */
export async function inStorage<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    throw toStorageError(error);
  }
}

/** The answer when there is no room. */
export function storageFull(cause: unknown): AppError {
  return new AppError("storage_full", { message: "There is no room left to store media.", cause });
}

/** The answer when the store can't be reached or used. */
export function storageAway(cause: unknown): AppError {
  return new AppError("unavailable", {
    message: "The media store is away for the moment; please try again.",
    cause,
    retryAfterSeconds: 5,
  });
}
