/** The messages that mention the caller, in all their rooms, the newest first: by cursor, or by page number. */
import { z } from "zod";
import type { Handler } from "../../context.ts";
import { fromCursor, toPage } from "../../db/pages.ts";
import { countMentions, listMentions as findMentions } from "./mentions-store.ts";
import { findMessagesAt } from "./messages-access.ts";

// Dates as toISOString writes them, of years that PostgreSQL has.
const mentionCursor = z.object({
  at: z.iso.datetime({ precision: 3 }).regex(/^(?!0000)/),
  room: z.uuid(),
  sequence: z.int().min(0),
});

export const listMentions: Handler<"messages.mentions"> = async (ctx, input) => {
  const behind = fromCursor(input.cursor, mentionCursor);
  const skip = behind ? 0 : ((input.page ?? 1) - 1) * input.limit;
  const rows = await findMentions(ctx.db, ctx.actor, { behind, skip }, input.limit + 1);
  const { items, pagination } = toPage(rows, input.limit, (last) => ({
    at: last.mentioned_at.toISOString(),
    room: last.room_id,
    sequence: last.sequence,
  }));
  const places = items.map((row) => ({ roomId: row.room_id, sequence: row.sequence }));
  const messages = await findMessagesAt(ctx, ctx.actor, places);
  const byId = new Map(messages.map((message) => [`${message.room_id}/${message.sequence_number}`, message]));
  const found = items.flatMap((row) => byId.get(`${row.room_id}/${row.sequence}`) ?? []);
  if (behind) return { items: found, pagination };
  const total = await countMentions(ctx.db, ctx.actor);
  return { items: found, pagination: { ...pagination, page: input.page ?? 1, limit: input.limit, total } };
};
