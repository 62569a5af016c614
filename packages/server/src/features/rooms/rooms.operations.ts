/** Rooms: conversations of two, of a group, or of a channel. */

import { z } from "zod";
import type { Handlers } from "../../context.ts";
import { fromCursor, toPage } from "../../db/pages.ts";
import { createDirectRoom } from "./create-direct-room.ts";
import { createRoom } from "./create-room.ts";
import { deleteRoom } from "./delete-room.ts";
import { viewRoom } from "./rooms-access.ts";
import { findRoomViews } from "./rooms-store.ts";
import { updateRoom } from "./update-room.ts";

// Dates as toISOString writes them, of years that PostgreSQL has.
const roomCursor = z.object({ at: z.iso.datetime({ precision: 3 }).regex(/^(?!0000)/), id: z.uuid() });

export const roomHandlers = {
  "rooms.create": createRoom,
  "rooms.createDirect": (ctx, input) => createDirectRoom(ctx, input.user_id),
  "rooms.get": (ctx, input) => viewRoom(ctx, input.room_id),
  "rooms.list": async (ctx, input) => {
    const before = fromCursor(input.cursor, roomCursor);
    const views = await findRoomViews(ctx, ctx.actor, { before, limit: input.limit + 1 });
    const page = toPage(views, input.limit, (last) => ({ at: last.activeAt.toISOString(), id: last.room.id }));
    return { ...page, items: page.items.map((view) => view.room) };
  },
  "rooms.update": updateRoom,
  "rooms.delete": deleteRoom,
} satisfies Partial<Handlers>;
