/** The messages that have the caller's star, the newest star first. */
import type { Handler } from "../../context.ts";
import { listByPlace } from "../messages/place-pages-access.ts";
import { accessRoom } from "../rooms/rooms-access.ts";
import { countStars, listStars } from "./stars-store.ts";

export const listStarred: Handler<"messages.starred"> = async (ctx, input) => {
  const roomId = input.room_id === undefined ? undefined : (await accessRoom(ctx, input.room_id)).id;
  const { items, pagination } = await listByPlace(ctx, input, {
    find: (range, limit) => listStars(ctx.db, ctx.actor, { roomId, ...range }, limit),
    atOf: (star) => star.starred_at,
    count: () => countStars(ctx.db, ctx.actor, roomId),
  });
  // A message may have been deleted, hidden, or lost its star since the stars were read.
  return { items: items.filter((message) => message.is_starred), pagination };
};
