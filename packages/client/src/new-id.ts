/** Makes ids that nobody else makes. */
import type { ClientStore } from "./store/store.ts";

type Crypto = { randomUUID?: () => string; getRandomValues(bytes: Uint8Array): Uint8Array };

/** A random id. `crypto.randomUUID` is missing where a page has no secure origin, and in React Native. */
export function newId(): string {
  const { crypto } = globalThis as unknown as { crypto: Crypto };
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The id that a store keeps under a name; made now if there is none, also when two tabs ask at once. */
export async function findOrMakeId(store: ClientStore, name: string): Promise<string> {
  const made = newId();
  const { id } = await store.update(["meta"], async (reader) => {
    const known = (await reader.get("meta", name)) as string | undefined;
    return known === undefined
      ? { writes: [{ table: "meta", key: name, value: made }], id: made }
      : { writes: [], id: known };
  });
  return id;
}
