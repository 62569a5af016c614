/** A room's history by sequence: the newest page, or the one before, after or around a place. */
import type { Message } from "@pipit/protocol/models/message";
import type { Input } from "@pipit/protocol/operations";
import { AppError } from "../../app-error.ts";
import type { Context, Handler } from "../../context.ts";
import { accessRoom, type MembershipRow } from "../rooms/rooms-access.ts";
import { findRows, type MessageRow, toMessages } from "./messages-store.ts";
import { placeOf } from "./room-messages-access.ts";

type Window = { rows: MessageRow[]; hasMore: boolean };

export const listMessages: Handler<"messages.list"> = async (ctx, input) => {
  const ends = [input.before, input.after, input.around].filter((end) => end !== undefined);
  if (ends.length > 1) {
    const message = "give at most one of before, after and around";
    throw new AppError("invalid_request", { details: [{ path: "", message }] });
  }
  const room = await accessRoom(ctx, input.room_id);
  const { rows, hasMore } = await findWindow(ctx, room, input);
  const items = await toMessages(ctx.db, ctx.actor, rows);
  return { items, pagination: { next_cursor: hasMore ? nextCursor(items, input) : null, has_more: hasMore } };
};

function findWindow(ctx: Context, room: MembershipRow, input: Input<"messages.list">): Promise<Window> {
  if (input.around !== undefined) return findAround(ctx, room, input.around, input.limit);
  if (input.after !== undefined) return findAfter(ctx, room, input.after, input.limit);
  return findBefore(ctx, room, input.before, input.limit);
}

async function findBefore(
  ctx: Context,
  room: MembershipRow,
  before: number | undefined,
  limit: number,
): Promise<Window> {
  const rows = await findRows(ctx.db, placeOf(ctx, room), before === undefined ? {} : { before }, "down", limit + 1);
  return { rows: rows.slice(0, limit).reverse(), hasMore: rows.length > limit };
}

async function findAfter(ctx: Context, room: MembershipRow, after: number, limit: number): Promise<Window> {
  const rows = await findRows(ctx.db, placeOf(ctx, room), { after }, "up", limit + 1);
  return { rows: rows.slice(0, limit), hasMore: rows.length > limit };
}

// Half a page older, the message itself and what follows; where one side has less, the other does not fill in.
async function findAround(ctx: Context, room: MembershipRow, around: number, limit: number): Promise<Window> {
  const older = await findBefore(ctx, room, around, Math.floor(limit / 2));
  const newer = await findAfter(ctx, room, around - 1, limit - Math.floor(limit / 2));
  return { rows: [...older.rows, ...newer.rows], hasMore: older.hasMore || newer.hasMore };
}

// The sequence to give as `after` when reading upwards, or as `before` otherwise.
function nextCursor(items: readonly Message[], input: Input<"messages.list">): string | null {
  const end = input.after === undefined ? items.at(0) : items.at(-1);
  return end ? String(end.sequence_number) : null;
}
