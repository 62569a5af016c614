/** What the caller may read of a room's messages: as they are, to a member; as they were, to one who has left (F). */
import type { Poll } from "@pipit/protocol/models/content";
import type { Message } from "@pipit/protocol/models/message";
import { AppError } from "../../app-error.ts";
import type { Context, Source } from "../../context.ts";
import { type Departure, findDeparture } from "../departures/departures-access.ts";
import type { OnceState } from "../expiry/opens-access.ts";
import { findCarriedMedia } from "../media/media-access.ts";
import { toPoll } from "../polls/polls-access.ts";
import { findMembership, type MembershipRow, parseRoomId } from "../rooms/rooms-access.ts";
import { toMessageId } from "./message-id.ts";
import {
  type Extras,
  findRows,
  type MessageRow,
  noExtras,
  type Range,
  toMessage,
  toMessages,
} from "./messages-store.ts";
import { findPastQuotes, findPastRows } from "./past-messages-store.ts";
import { placeOf } from "./room-messages-access.ts";

export type History = {
  find(range: Omit<Range, "changedAfter">, order: "up" | "down", limit: number): Promise<MessageRow[]>;
  /** The rows as the caller sees them, in their order. */
  view(rows: readonly MessageRow[]): Promise<Message[]>;
};

/**
 * Runs `read`, and runs it again, of the room as it was, if the caller stops being a member meanwhile: its statements may
 * have seen what came after.
 * @throws {AppError} `not_found` to those who never were members, or have nothing of the room any more (G9)
 */
export async function readHistory<Value>(
  ctx: Context,
  roomId: string,
  read: (history: History) => Promise<Value>,
): Promise<Value> {
  const id = parseRoomId(roomId);
  const room = await findMembership(ctx.db, ctx.actor, id);
  if (room) {
    const value = await read(ofMember(ctx, room));
    const now = await findMembership(ctx.db, ctx.actor, id);
    if (now?.joined_change === room.joined_change) return value;
    if (now) return readHistory(ctx, roomId, read);
  }
  const departure = await findDeparture(ctx.db, ctx.actor, id);
  if (departure) return read(ofDeparted(ctx, departure));
  throw new AppError("not_found", { message: "There is no such room." });
}

function ofMember(ctx: Context, room: MembershipRow): History {
  return {
    find: (range, order, limit) => findRows(ctx.db, placeOf(ctx, room), range, order, limit),
    view: (rows) => toMessages(ctx, ctx.actor, rows),
  };
}

function ofDeparted(ctx: Context, departure: Departure): History {
  return {
    find: (range, order, limit) => findPastRows(ctx.db, departure, ctx.actor.userId, range, order, limit),
    view: (rows) => toPastMessages(ctx, departure, rows),
  };
}

/** Without all that moves while a message stays what it is: reactions, votes, stars, receipts. */
async function toPastMessages(source: Source, departure: Departure, rows: readonly MessageRow[]): Promise<Message[]> {
  const quotes = await findPastQuotes(source.db, departure, rows);
  const extras: Extras = {
    ...noExtras,
    replies: new Map([...quotes].map(([sequence, quote]) => [toMessageId(departure.room_id, sequence), quote])),
    media: await findCarriedMedia(
      source,
      rows.flatMap((row) => row.upload_id ?? []),
    ),
    polls: new Map(rows.flatMap((row) => toAsked(row) ?? [])),
    opens: new Map(rows.flatMap((row) => toOver(row) ?? [])),
  };
  return rows.map((row) => toMessage(row, undefined, extras));
}

// What was asked, open: neither votes nor the end of a poll are known as of a change.
function toAsked({ room_id, sequence, meta_data: { poll } }: MessageRow): [[string, Poll]] | undefined {
  if (!poll) return undefined;
  const { closed_at: _, ...asked } = poll;
  return [[toMessageId(room_id, sequence), toPoll(asked, [])]];
}

// To one who can't open it any more it is over, whoever has opened it.
function toOver({ room_id, sequence, is_view_once, deleted_at }: MessageRow): [[string, OnceState]] | undefined {
  if (!is_view_once || deleted_at !== null) return undefined;
  return [[toMessageId(room_id, sequence), { room_id, sequence, user_ids: [], is_over: true }]];
}
