/** Brings a device what changed for its user: rooms that moved or ended, and private state. */
import { z } from "zod";
import { AppError } from "../../app-error.ts";
import type { Handler } from "../../context.ts";
import { fromCursor, toCursor } from "../../db/pages.ts";
import { findAccountChanges } from "../account/account-changes-access.ts";
import { readSettings } from "../presence/presence-access.ts";
import { findRoomViews } from "../rooms/rooms-access.ts";
import { type DatabasePosition, findEndedRooms, findPosition } from "./sync-store.ts";

const xid = z.string().regex(/^\d{1,19}$/);

/**
 * `since`: rooms moved by transactions from this one on are due. `until`: where the database stood when this round of
 * pages began, which is the next round's `since`. `after`: the room that the next page begins behind. `epoch`: which life of
 * the database it is of; none in one that was never restored.
 */
const position = z.object({
  since: xid,
  account: z.int().min(0),
  full: z.boolean().optional(),
  until: xid.optional(),
  after: z.uuid().optional(),
  epoch: z.int().optional(),
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
  const epoch = now.epoch ?? undefined;
  const views = await findRoomViews(ctx, ctx.actor, {
    movedSince: from.since,
    after: from.after,
    limit: input.limit + 1,
  });
  const range = { after: from.account, known: now.account_change };
  const { account, hasMore } = await findAccountChanges(ctx.db, ctx.actor, range, input.limit);
  const isFull = from.full === true && from.after === undefined;
  // A device that begins knows no settings, not even those that nobody has ever set.
  if (isFull) account.settings ??= await readSettings(ctx.db, ctx.actor);
  const rooms = views.slice(0, input.limit);
  const hasMoreRooms = views.length > input.limit;
  return {
    rooms: rooms.map((view) => view.room),
    removed_rooms: isDelta(from) ? ended : [],
    account,
    last_sync_timestamp: now.at.toISOString(),
    cursor: toCursor(
      hasMoreRooms
        ? { ...from, until, account: account.account_change, after: rooms.at(-1)?.room.id, epoch }
        : { since: until, account: account.account_change, epoch },
    ),
    has_more: hasMoreRooms || hasMore,
    full: isFull,
  };
};

// Not usable is a cursor of another epoch: what it stands for was lost, or told otherwise, by a restore. So is one from the
// future of this database: it was copied by other means (`pipit renew-cursors` tells of that), or the cursor is of another.
function toStart(cursor: Position | undefined, now: DatabasePosition): Position {
  if (!cursor || cursor.epoch !== (now.epoch ?? undefined)) return fromNothing;
  const isFromHere = BigInt(cursor.since) <= BigInt(now.next) && cursor.account <= now.account_change;
  return isFromHere ? cursor : fromNothing;
}

// The first page since a cursor: the one that brings what ended.
function isDelta(from: Position): boolean {
  return from.full !== true && from.after === undefined;
}
