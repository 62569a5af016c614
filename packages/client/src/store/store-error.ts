/** The failures that every adapter of the store has in common. Others keep the name that the platform gave them. */

type StoreErrorName = "StoreClosedError" | "StoreTooNewError" | "StoreTableError";

/** @returns an error that tells itself by `name`, as those of the platform do */
export function storeError(name: StoreErrorName, message: string): Error {
  return Object.assign(new Error(message), { name });
}
