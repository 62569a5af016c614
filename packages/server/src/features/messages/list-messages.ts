/** A room's history by sequence: the newest page, or the one before, after or around a place. */
import type { Input } from "@pipit/protocol/operations";
import { counter } from "@pipit/protocol/scalars";
import { z } from "zod";
import { AppError } from "../../app-error.ts";
import type { Handler } from "../../context.ts";
import { fromCursor, toCursor } from "../../db/pages.ts";
import { type History, readHistory } from "./history.ts";
import type { MessageRow } from "./messages-store.ts";

type Window = { rows: MessageRow[]; hasMore: boolean; next: "before" | "after" };
type Ends = Pick<Input<"messages.list">, "before" | "after" | "around">;

const historyCursor = z.union([z.strictObject({ before: counter }), z.strictObject({ after: counter })]);

export const listMessages: Handler<"messages.list"> = (ctx, input) =>
  readHistory(ctx, input.room_id, async (history) => {
    const { rows, hasMore, next } = await findWindow(history, toEnds(input), input.limit);
    const items = await history.view(rows);
    const end = next === "before" ? rows.at(0) : rows.at(-1);
    const cursor = hasMore && end ? toCursor({ [next]: end.sequence }) : null;
    return { items, pagination: { next_cursor: cursor, has_more: hasMore } };
  });

// A cursor goes on in the direction that it came from.
function toEnds(input: Input<"messages.list">): Ends {
  const { before, after, around, cursor } = input;
  if ([before, after, around, cursor].filter((end) => end !== undefined).length > 1) {
    const message = "give at most one of before, after, around and cursor";
    throw new AppError("invalid_request", { details: [{ path: "", message }] });
  }
  return fromCursor(cursor, historyCursor) ?? { before, after, around };
}

function findWindow(history: History, ends: Ends, limit: number): Promise<Window> {
  if (ends.around !== undefined) return findAround(history, ends.around, limit);
  if (ends.after !== undefined) return findAfter(history, ends.after, limit);
  return findBefore(history, ends.before, limit);
}

async function findBefore(history: History, before: number | undefined, limit: number): Promise<Window> {
  const rows = await history.find(before === undefined ? {} : { before }, "down", limit + 1);
  return { rows: rows.slice(0, limit).reverse(), hasMore: rows.length > limit, next: "before" };
}

async function findAfter(history: History, after: number, limit: number): Promise<Window> {
  const rows = await history.find({ after }, "up", limit + 1);
  return { rows: rows.slice(0, limit), hasMore: rows.length > limit, next: "after" };
}

// Half a page older, the message itself and what follows; where one side has less, the other does not fill in. It goes
// on to newer messages, or to older ones if there are none.
async function findAround(history: History, around: number, limit: number): Promise<Window> {
  const older = await findBefore(history, around, Math.floor(limit / 2));
  const newer = await findAfter(history, around - 1, limit - Math.floor(limit / 2));
  return {
    rows: [...older.rows, ...newer.rows],
    hasMore: older.hasMore || newer.hasMore,
    next: newer.hasMore ? "after" : "before",
  };
}
