/** A room's history by sequence: the newest page, or the one before, after or around a place. */
import type { Input } from "@pipit/protocol/operations";
import { counter } from "@pipit/protocol/scalars";
import { z } from "zod";
import { AppError } from "../../app-error.ts";
import type { Context, Handler } from "../../context.ts";
import { fromCursor, toCursor } from "../../db/pages.ts";
import { accessRoom, type MembershipRow } from "../rooms/rooms-access.ts";
import { findRows, type MessageRow, toMessages } from "./messages-store.ts";
import { placeOf } from "./room-messages-access.ts";

type Window = { rows: MessageRow[]; hasMore: boolean; next: "before" | "after" };
type Ends = Pick<Input<"messages.list">, "before" | "after" | "around">;

const historyCursor = z.union([z.strictObject({ before: counter }), z.strictObject({ after: counter })]);

export const listMessages: Handler<"messages.list"> = async (ctx, input) => {
  const room = await accessRoom(ctx, input.room_id);
  const { rows, hasMore, next } = await findWindow(ctx, room, toEnds(input), input.limit);
  const items = await toMessages(ctx, ctx.actor, rows);
  const end = next === "before" ? rows.at(0) : rows.at(-1);
  const cursor = hasMore && end ? toCursor({ [next]: end.sequence }) : null;
  return { items, pagination: { next_cursor: cursor, has_more: hasMore } };
};

// A cursor goes on in the direction that it came from.
function toEnds(input: Input<"messages.list">): Ends {
  const { before, after, around, cursor } = input;
  if ([before, after, around, cursor].filter((end) => end !== undefined).length > 1) {
    const message = "give at most one of before, after, around and cursor";
    throw new AppError("invalid_request", { details: [{ path: "", message }] });
  }
  return fromCursor(cursor, historyCursor) ?? { before, after, around };
}

function findWindow(ctx: Context, room: MembershipRow, ends: Ends, limit: number): Promise<Window> {
  if (ends.around !== undefined) return findAround(ctx, room, ends.around, limit);
  if (ends.after !== undefined) return findAfter(ctx, room, ends.after, limit);
  return findBefore(ctx, room, ends.before, limit);
}

async function findBefore(
  ctx: Context,
  room: MembershipRow,
  before: number | undefined,
  limit: number,
): Promise<Window> {
  const rows = await findRows(ctx.db, placeOf(ctx, room), before === undefined ? {} : { before }, "down", limit + 1);
  return { rows: rows.slice(0, limit).reverse(), hasMore: rows.length > limit, next: "before" };
}

async function findAfter(ctx: Context, room: MembershipRow, after: number, limit: number): Promise<Window> {
  const rows = await findRows(ctx.db, placeOf(ctx, room), { after }, "up", limit + 1);
  return { rows: rows.slice(0, limit), hasMore: rows.length > limit, next: "after" };
}

// Half a page older, the message itself and what follows; where one side has less, the other does not fill in. It goes
// on to newer messages, or to older ones if there are none.
async function findAround(ctx: Context, room: MembershipRow, around: number, limit: number): Promise<Window> {
  const older = await findBefore(ctx, room, around, Math.floor(limit / 2));
  const newer = await findAfter(ctx, room, around - 1, limit - Math.floor(limit / 2));
  return {
    rows: [...older.rows, ...newer.rows],
    hasMore: older.hasMore || newer.hasMore,
    next: newer.hasMore ? "after" : "before",
  };
}
