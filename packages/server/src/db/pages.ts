/** Pages of a list, and the cursors between them. */
import type { Pagination } from "@pipit/protocol/scalars";
import type { z } from "zod";
import { AppError } from "../app-error.ts";

/**
 * A page out of `rows`, which were asked for with a limit of one more than the page's, to know whether there are more.
 * @param toKey what the next page begins after.
 */
export function toPage<Row>(
  rows: Row[],
  limit: number,
  toKey: (last: Row) => object,
): { items: Row[]; pagination: Pagination } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const hasMore = rows.length > limit;
  return {
    items,
    pagination: { next_cursor: hasMore && last !== undefined ? toCursor(toKey(last)) : null, has_more: hasMore },
  };
}

/** A cursor is opaque to clients: it names the key that the next page begins after. */
export function toCursor(key: object): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

/** What a cursor names. @throws {AppError} `invalid_request` if it is none of ours. */
export function fromCursor<Schema extends z.ZodType>(
  cursor: string | undefined,
  schema: Schema,
): z.output<Schema> | undefined {
  if (cursor === undefined) return undefined;
  const parsed = schema.safeParse(parseJson(Buffer.from(cursor, "base64url").toString("utf8")));
  if (parsed.success) return parsed.data;
  throw new AppError("invalid_request", { details: [{ path: "cursor", message: "is not a cursor of this list" }] });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
