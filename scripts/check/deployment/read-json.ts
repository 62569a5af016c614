/** Reads values out of parsed YAML without trusting its shape. */

export type Json = string | number | boolean | null | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

export function objectAt(value: Json | undefined, ...path: (string | number)[]): JsonObject {
  const found = at(value, path);
  return typeof found === "object" && found !== null && !Array.isArray(found) ? found : {};
}

export function listAt(value: Json | undefined, ...path: (string | number)[]): Json[] {
  const found = at(value, path);
  return Array.isArray(found) ? found : [];
}

/** What is there as text; an empty one if nothing is. */
export function textAt(value: Json | undefined, ...path: (string | number)[]): string {
  const found = at(value, path);
  return found === undefined || found === null ? "" : typeof found === "object" ? JSON.stringify(found) : String(found);
}

function at(value: Json | undefined, path: readonly (string | number)[]): Json | undefined {
  let found = value;
  for (const key of path) {
    if (typeof found !== "object" || found === null) return undefined;
    found = Array.isArray(found) ? found[Number(key)] : found[key];
  }
  return found;
}
