/** JSON written by hand, so that it can hold what `JSON.stringify` would never write. */

/** Text that goes into the JSON as it is: half an object, a number that is none, a key twice. */
export class RawJson {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Fields = Record<string, unknown>;

/** Like `JSON.stringify`, with raw pieces where there are some. */
export function toJsonText(value: unknown): string {
  if (value instanceof RawJson) return value.text;
  if (Array.isArray(value)) return `[${value.map(toJsonText).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${toJsonText(entry)}`).join(",")}}`;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof RawJson);
}
