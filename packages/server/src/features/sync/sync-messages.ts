/** Brings a device what changed in a room: by change, by sequence, by time, or all of it. */
import type { Message } from "@pipit/protocol/models/message";
import type { Input, Output } from "@pipit/protocol/operations";
import type { Context, Handler } from "../../context.ts";
import { findChangedMembers, findMembers } from "../members/members-access.ts";
import { findChangedMessages, findNewMessages } from "../messages/room-messages-access.ts";
import { accessRoom, type MembershipRow, viewRoom } from "../rooms/rooms-access.ts";
import { countChanges, findMovedWatermarks } from "./sync-store.ts";

type Page = Output<"sync.messages">;

/** A device that lacks more changed messages than this is told to reload. */
const maxBehind = 5_000;

export const syncMessages: Handler<"sync.messages"> = async (ctx, input) => {
  const room = await accessRoom(ctx, input.room_id);
  const page = await readPage(ctx, room, input);
  // Of a membership that has ended meanwhile, the statements may have seen what came after (G9).
  await accessRoom(ctx, room.id);
  return page;
};

async function readPage(ctx: Context, room: MembershipRow, input: Input<"sync.messages">): Promise<Page> {
  if (input.since_change !== undefined) return syncByChange(ctx, room, input.since_change, input.limit);
  const since = toSince(input);
  if (since === undefined) return reload(ctx, room, input.limit);
  const rows = await findNewMessages(ctx, room, since, input.limit + 1);
  const messages = rows.slice(0, input.limit);
  const hasMore = rows.length > input.limit;
  return {
    room_id: room.id,
    messages,
    has_more: hasMore,
    last_sequence: hasMore ? (messages.at(-1)?.sequence_number ?? room.last_sequence) : room.last_sequence,
    last_change: room.last_change,
  };
}

function toSince(input: Input<"sync.messages">): { sequence: number } | { time: Date } | undefined {
  if (input.since_sequence !== undefined) return { sequence: input.since_sequence };
  if (input.since_timestamp !== undefined) return { time: new Date(input.since_timestamp) };
  return undefined;
}

async function syncByChange(ctx: Context, room: MembershipRow, change: number, limit: number): Promise<Page> {
  if (await isTooFarBehind(ctx, room, change)) return reload(ctx, room, limit);
  // The room was read first. A row that changed after that is left for the next call: to bring it now would take the
  // cursor beyond other changes that the earlier queries could not see.
  const isKnown = (row: { change: number }) => row.change <= room.last_change;
  const read = {
    messages: await findChangedMessages(ctx, room, change, limit + 1),
    members: await findChangedMembers(ctx.db, room.id, change, limit + 1),
    receipts: await findMovedWatermarks(ctx.db, room.id, ctx.actor.userId, change, limit + 1),
  };
  const messages = read.messages.filter(isKnown);
  const members = read.members.filter(isKnown);
  const receipts = read.receipts.filter(isKnown);
  const found = [...messages, ...members, ...receipts].map((row) => row.change).sort((a, b) => a - b);
  const isCut = found.length > limit;
  // What such a row was before is not in this page: the device must ask on before it takes events of it.
  const isOvertaken = [...read.messages, ...read.members, ...read.receipts].some((row) => !isKnown(row));
  const hasMore = isCut || isOvertaken;
  const cut = isCut ? (found[limit - 1] ?? room.last_change) : room.last_change;
  const isWithin = (row: { change: number }) => row.change <= cut;
  return {
    room_id: room.id,
    messages: messages.filter(isWithin),
    has_more: hasMore,
    last_sequence: hasMore ? lastSequence(messages.filter(isWithin)) : room.last_sequence,
    last_change: cut,
    members: members.filter(isWithin),
    receipts: receipts.filter(isWithin),
    ...(room.room_change > change ? { room: await viewRoom(ctx, room.id) } : {}),
  };
}

function lastSequence(messages: readonly Message[]): number {
  return Math.max(0, ...messages.map((message) => message.sequence_number));
}

// Ahead of the room: the database was restored. Older than the membership: what may be seen has changed since.
async function isTooFarBehind(ctx: Context, room: MembershipRow, change: number): Promise<boolean> {
  if (change > room.last_change || change < room.joined_change) return true;
  if (room.last_change - change <= maxBehind) return false;
  return (await countChanges(ctx.db, room.id, change, maxBehind + 1)) > maxBehind;
}

/** The newest page of messages, with all members and watermarks; older messages are history. */
async function reload(ctx: Context, room: MembershipRow, limit: number): Promise<Page> {
  const all = ctx.config.maxGroupMembers;
  return {
    room_id: room.id,
    messages: await findNewMessages(ctx, room, "newest", limit),
    has_more: false,
    last_sequence: room.last_sequence,
    last_change: room.last_change,
    room: await viewRoom(ctx, room.id),
    members: await findMembers(ctx.db, room.id, "", all),
    receipts: await findMovedWatermarks(ctx.db, room.id, ctx.actor.userId, -1, all),
    full: true,
  };
}
