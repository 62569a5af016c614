/** Faults of the server's: tried again for a while, not for ever. */
export const faults: ReadonlySet<string> = new Set(["internal", "storage_full"]);
