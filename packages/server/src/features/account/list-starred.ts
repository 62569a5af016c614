/** The messages that have the caller's star, the newest star first: by cursor, or by page number. */
import type { Message } from "@pipit/protocol/models/message";
import type { Input } from "@pipit/protocol/operations";
import type { Pagination } from "@pipit/protocol/scalars";
import { z } from "zod";
import type { Context, Handler } from "../../context.ts";
import { fromCursor, toPage } from "../../db/pages.ts";
import { findMessagesAt } from "../messages/messages-access.ts";
import { accessRoom } from "../rooms/rooms-access.ts";
import { countStars, type ListedStar, listStars } from "./stars-store.ts";

// Dates as toISOString writes them, of years that PostgreSQL has.
const starCursor = z.object({
  at: z.iso.datetime({ precision: 3 }).regex(/^(?!0000)/),
  room: z.uuid(),
  sequence: z.int().min(0),
});

export const listStarred: Handler<"messages.starred"> = async (ctx, input) => {
  const roomId = input.room_id === undefined ? undefined : (await accessRoom(ctx, input.room_id)).id;
  const behind = fromCursor(input.cursor, starCursor);
  const skip = behind ? 0 : ((input.page ?? 1) - 1) * input.limit;
  const stars = await listStars(ctx.db, ctx.actor, { roomId, behind, skip }, input.limit + 1);
  const { items, pagination } = toPage(stars, input.limit, (last) => ({
    at: last.starred_at.toISOString(),
    room: last.room_id,
    sequence: last.sequence,
  }));
  const numbers = behind ? {} : await toNumbers(ctx, input, roomId);
  return { items: await findStarredMessages(ctx, items), pagination: { ...pagination, ...numbers } };
};

async function toNumbers(
  ctx: Context,
  input: Input<"messages.starred">,
  roomId: string | undefined,
): Promise<Partial<Pagination>> {
  return { page: input.page ?? 1, limit: input.limit, total: await countStars(ctx.db, ctx.actor, roomId) };
}

// In the order of the stars. A message may have been deleted, hidden, or lost its star since they were read.
async function findStarredMessages(ctx: Context, stars: readonly ListedStar[]): Promise<Message[]> {
  const places = stars.map((star) => ({ roomId: star.room_id, sequence: star.sequence }));
  const messages = await findMessagesAt(ctx, ctx.actor, places);
  const byPlace = new Map(messages.map((message) => [`${message.room_id}/${message.sequence_number}`, message]));
  return stars.flatMap((star) => {
    const message = byPlace.get(`${star.room_id}/${star.sequence}`);
    return message?.is_starred ? [message] : [];
  });
}
