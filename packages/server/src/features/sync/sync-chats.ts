/** Brings a device what changed for its user: rooms that moved or ended, and private state. */
import { z } from "zod";
import { AppError } from "../../app-error.ts";
import type { Handler } from "../../context.ts";
import { fromCursor, toCursor } from "../../db/pages.ts";
import { toMessageId } from "../messages/messages-access.ts";
import { findRoomViews } from "../rooms/rooms-access.ts";
import { findEndedRooms, findHidden, findPosition } from "./sync-store.ts";

const xid = z.string().regex(/^\d{1,19}$/);

/**
 * `since`: rooms moved by transactions from this one on are due. `until`: where the database stood when this round of
 * pages began, which is the next round's `since`. `after`: the room that the next page begins behind.
 */
const position = z.object({
  since: xid,
  account: z.int().min(0),
  full: z.boolean().optional(),
  until: xid.optional(),
  after: z.uuid().optional(),
});

type Position = z.infer<typeof position>;

const fromNothing: Position = { since: "0", account: 0, full: true };

/** A device that missed the end of more rooms than this begins from nothing. */
const maxEnded = 1_000;

export const syncChats: Handler<"sync.chats"> = async (ctx, input) => {
  const now = await findPosition(ctx.db, ctx.actor);
  if (!now) throw new AppError("not_found");
  const start = toStart(fromCursor(input.cursor, position), now);
  const ended = isDelta(start) ? await findEndedRooms(ctx.db, ctx.actor, start.since, maxEnded + 1) : [];
  const from = ended.length > maxEnded ? fromNothing : start;
  const until = from.until ?? now.settled;
  const views = await findRoomViews(ctx, ctx.actor, {
    movedSince: from.since,
    after: from.after,
    limit: input.limit + 1,
  });
  const hidden = await findHidden(ctx.db, ctx.actor, from.account, input.limit + 1);
  const rooms = views.slice(0, input.limit);
  const account = hidden.slice(0, input.limit);
  const hasMoreRooms = views.length > input.limit;
  const hasMore = hasMoreRooms || hidden.length > input.limit;
  const accountChange = account.at(-1)?.account_change ?? from.account;
  const isLastRoomPage = !hasMoreRooms;
  return {
    rooms: rooms.map((view) => view.room),
    removed_rooms: isDelta(from) ? ended : [],
    account: {
      account_change: accountChange,
      hidden_messages: account.map((row) => ({
        room_id: row.room_id,
        message_id: toMessageId(row.room_id, row.sequence),
        account_change: row.account_change,
      })),
    },
    last_sync_timestamp: now.at.toISOString(),
    cursor: toCursor(
      isLastRoomPage
        ? { since: until, account: accountChange }
        : { ...from, until, account: accountChange, after: rooms.at(-1)?.room.id },
    ),
    has_more: hasMore,
    full: from.full === true && from.after === undefined,
  };
};

// A cursor from the future of this database was given by another one, or before a restore: start from nothing.
function toStart(cursor: Position | undefined, now: { next: string; account_change: number }): Position {
  const isUsable = cursor && BigInt(cursor.since) <= BigInt(now.next) && cursor.account <= now.account_change;
  return isUsable ? cursor : fromNothing;
}

// The first page since a cursor: the one that brings what ended.
function isDelta(from: Position): boolean {
  return from.full !== true && from.after === undefined;
}
