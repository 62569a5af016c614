/** Pages of messages that something was done to at some time, the latest first: by cursor, or by page number. */
import type { Message } from "@pipit/protocol/models/message";
import type { Pagination } from "@pipit/protocol/scalars";
import { z } from "zod";
import type { Context } from "../../context.ts";
import { fromCursor, toPage } from "../../db/pages.ts";
import { findMessagesAt } from "./messages-access.ts";

// Dates as toISOString writes them, of years that PostgreSQL has.
const placeCursor = z.object({
  at: z.iso.datetime({ precision: 3 }).regex(/^(?!0000)/),
  room: z.uuid(),
  sequence: z.int().min(0),
});

/** `behind` is the last of the page before; `skip` is how many come before the page. */
export type PlaceRange = { behind: z.output<typeof placeCursor> | undefined; skip: number };

type Row = { room_id: string; sequence: number };

/**
 * @param list.find the rows of a range, of messages that the caller can see, and when that was done to each
 * @param list.count how many there are in all, told where no cursor is given
 */
export async function listByPlace<Found extends Row>(
  ctx: Context,
  input: { cursor?: string | undefined; page?: number | undefined; limit: number },
  list: { find(range: PlaceRange, limit: number): Promise<Found[]>; atOf(row: Found): Date; count(): Promise<number> },
): Promise<{ items: Message[]; pagination: Pagination }> {
  const { limit, page = 1 } = input;
  const behind = fromCursor(input.cursor, placeCursor);
  const rows = await list.find({ behind, skip: behind ? 0 : (page - 1) * limit }, limit + 1);
  const { items, pagination } = toPage(rows, limit, (last) => ({
    at: list.atOf(last).toISOString(),
    room: last.room_id,
    sequence: last.sequence,
  }));
  const numbers = behind ? {} : { page, limit, total: await list.count() };
  return { items: await findInOrder(ctx, items), pagination: { ...pagination, ...numbers } };
}

// A message may have gone since the rows were read.
async function findInOrder(ctx: Context, rows: readonly Row[]): Promise<Message[]> {
  const places = rows.map((row) => ({ roomId: row.room_id, sequence: row.sequence }));
  const messages = await findMessagesAt(ctx, ctx.actor, places);
  const byPlace = new Map(messages.map((message) => [`${message.room_id}/${message.sequence_number}`, message]));
  return rows.flatMap((row) => byPlace.get(`${row.room_id}/${row.sequence}`) ?? []);
}
