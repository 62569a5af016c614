/** A room as its user sees it now: the server's view, with what has happened since and what waits to be told. */
import type { Message } from "@pipit/protocol/models/message";
import type { Room } from "@pipit/protocol/models/room";
import type { OutboxItem } from "../outbox/outbox-item.ts";
import type { DeviceState, RoomState } from "./device-state.ts";
import { type OpenRoom, placeOf } from "./open-room.ts";

/** @param waiting what the outbox holds for this room, in its order */
export function viewRoom(state: DeviceState, room: RoomState, waiting: readonly OutboxItem[]): Room {
  const view = hasRows(room) ? viewOpenRoom(state, room) : room.room;
  return waiting.reduce((seen, item) => overlay(state, room, seen, item), view);
}

/** Until its rows have come for the first time, the server's view says more than they. */
function hasRows(room: RoomState): room is OpenRoom {
  return room.rows !== undefined && room.cursor !== undefined;
}

function viewOpenRoom(state: DeviceState, room: OpenRoom): Room {
  const { rows } = room;
  const userId = state.userId ?? "";
  const own = rows.watermarks.get(userId);
  const present = [...rows.members.values()].filter((member) => member.is_member).length;
  const read = own?.read_sequence ?? room.room.read_sequence;
  return {
    ...room.room,
    ...countUnread(state, room, read),
    read_sequence: read,
    delivered_sequence: own?.delivered_sequence ?? room.room.delivered_sequence,
    role: rows.members.get(userId)?.role ?? room.room.role,
    member_count: present || room.room.member_count,
    last_message: findLast(state, room),
  };
}

function findLast(state: DeviceState, room: OpenRoom): Message | null {
  const last = room.rows.messages.at(-1);
  if (last) return withOwn(state, last);
  return room.isComplete ? null : room.room.last_message;
}

/** A message with the caller's star. */
export function withOwn(state: DeviceState, message: Message): Message {
  if (!state.stars.get(message.id)?.is_starred) return message;
  const starred = starredCopies.get(message) ?? { ...message, is_starred: true, starred_by: [state.userId ?? ""] };
  starredCopies.set(message, starred);
  return starred;
}

/** By message: always the same copy, so that what shows it can tell that nothing has changed. */
const starredCopies = new WeakMap<Message, Message>();

type Counts = { unread_count: number; mention_count: number };

/** Whether the window reaches down to what has been read, so that unread messages can be counted in it. */
export function canCount(room: OpenRoom, read: number): boolean {
  return room.isComplete || room.from <= read + 1;
}

// docs/spec.md M8. Where the window does not reach, what the server counted, and what has come since.
function countUnread(state: DeviceState, room: OpenRoom, read: number): Counts {
  if (canCount(room, read)) return countAbove(state, room, read);
  const since = countAbove(state, room, Math.max(read, room.counted.sequence));
  return {
    unread_count: room.room.unread_count + since.unread_count,
    mention_count: room.room.mention_count + since.mention_count,
  };
}

function countAbove(state: DeviceState, { rows }: OpenRoom, sequence: number): Counts {
  const counts = { unread_count: 0, mention_count: 0 };
  for (let place = placeOf(rows.messages, sequence + 1); place < rows.messages.length; place += 1) {
    const message = rows.messages[place];
    if (!message || message.is_deleted || message.message_type === "system") continue;
    counts.unread_count += 1;
    const { mentions, mentions_all } = message.meta_data;
    if (mentions_all || mentions?.includes(state.userId ?? "")) counts.mention_count += 1;
  }
  return counts;
}

function overlay(state: DeviceState, room: RoomState, view: Room, { action, state: stands }: OutboxItem): Room {
  if (stands === "failed") return view;
  if (action.kind === "preferences") return { ...view, ...withoutUndefined(action.changes, view) };
  if (action.kind !== "read" || action.upTo <= view.read_sequence) return view;
  const read = Math.min(action.upTo, view.last_sequence);
  const counts = hasRows(room) && canCount(room, read) ? countAbove(state, room, read) : undefined;
  const isAll = read >= view.last_sequence;
  return {
    ...view,
    read_sequence: read,
    unread_count: counts?.unread_count ?? (isAll ? 0 : view.unread_count),
    mention_count: counts?.mention_count ?? (isAll ? 0 : view.mention_count),
  };
}

function withoutUndefined(
  changes: Extract<OutboxItem["action"], { kind: "preferences" }>["changes"],
  view: Room,
): Partial<Room> {
  const { draft, ...flags } = changes;
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
  if (draft === undefined) return given;
  return { ...given, draft: draft && { ...draft, updated_at: view.draft?.updated_at ?? view.updated_at } };
}

/** When something was said in a room last: what lists are in order of. */
export function timeOf(room: Room): string {
  return room.last_message?.created_at ?? room.created_at;
}
