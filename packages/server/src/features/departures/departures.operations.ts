/** Rooms that the caller has left: to find them, and to give up what is still to be read there. */
import { z } from "zod";
import { AppError } from "../../app-error.ts";
import type { Handlers } from "../../context.ts";
import { fromCursor, toPage } from "../../db/pages.ts";
import { parseRoomId } from "../rooms/rooms-access.ts";
import { findLeftRooms, forgetDeparture } from "./departures-store.ts";

// Dates as toISOString writes them, of years that PostgreSQL has.
const leftCursor = z.object({ at: z.iso.datetime({ precision: 3 }).regex(/^(?!0000)/), id: z.uuid() });

export const departureHandlers = {
  "rooms.left": async (ctx, input) => {
    const before = fromCursor(input.cursor, leftCursor);
    const rows = await findLeftRooms(ctx.db, ctx.actor, before, input.limit + 1);
    const page = toPage(rows, input.limit, (last) => ({ at: last.left_at.toISOString(), id: last.room_id }));
    return { ...page, items: page.items.map((row) => ({ ...row, left_at: row.left_at.toISOString() })) };
  },
  "rooms.forgetLeft": async (ctx, input) => {
    const roomId = parseRoomId(input.room_id);
    if (await forgetDeparture(ctx.db, ctx.actor, roomId)) return { room_id: roomId };
    throw new AppError("not_found", { message: "There is no such room." });
  },
} satisfies Partial<Handlers>;
