/** The store of a client that was given none: nothing outlives it. */
import type { ClientStore } from "./store.ts";

export const noStore: ClientStore = {
  get: async () => undefined,
  list: async () => [],
  update: (_, work) => work(noStore),
  clear: async () => {},
  close: async () => {},
};
