/** Rows of an open room: finding, setting and dropping them, in memory and in the store. */
import type { Message } from "@pipit/protocol/models/message";
import type { Watermarks } from "@pipit/protocol/models/receipt";
import type { Member } from "@pipit/protocol/models/room";
import { emptyRows, type RoomState } from "./device-state.ts";
import { type OpenRoom, placeOf } from "./open-room.ts";
import { messageKey, withPrefix } from "./recorder.ts";
import { type Model, saveRoom } from "./save-room.ts";

/** Sets a message that is newer than what is there, if the window reaches to it and the user has not hidden it. */
export function setMessage(model: Model, room: OpenRoom, message: Message): void {
  const sequence = message.sequence_number;
  if (sequence < room.from || sequence <= room.room.cleared_sequence || model.state.hidden.has(message.id)) return;
  const { messages, sequences } = room.rows;
  const place = placeOf(messages, sequence);
  const known = messages[place]?.sequence_number === sequence ? messages[place] : undefined;
  if (known && known.change > message.change) return;
  if (message.is_deleted) dropStar(model, message.id);
  const kept = withoutOwn(message);
  // Arrays are replaced, so that who holds one can tell that it has changed.
  room.rows.messages = [...messages.slice(0, place), kept, ...messages.slice(known ? place + 1 : place)];
  sequences.set(message.id, sequence);
  model.recorder.put("messages", messageKey(message.room_id, sequence), kept);
}

// Derived from watermarks and from private state wherever the message is shown.
function withoutOwn({ status: _status, starred_by: _starredBy, ...message }: Message): Message {
  return message.is_starred ? { ...message, is_starred: false } : message;
}

/** A star ends with its message; everybody's does, without a change of their accounts. */
export function dropStar(model: Model, messageId: string): void {
  if (!model.state.stars.delete(messageId)) return;
  model.recorder.delete("account", `star/${messageId}`);
}

export function dropMessage(model: Model, room: RoomState, messageId: string): void {
  const sequence = room.rows?.sequences.get(messageId);
  if (!room.rows || sequence === undefined) return;
  room.rows.messages = room.rows.messages.filter((message) => message.id !== messageId);
  room.rows.sequences.delete(messageId);
  model.recorder.delete("messages", messageKey(room.room.id, sequence));
}

/** Drops the messages that the user has cleared away; there is nothing to load before those that are left. */
export function dropCleared(model: Model, room: RoomState): void {
  const { rows } = room;
  const upTo = room.room.cleared_sequence;
  if (upTo >= room.room.last_sequence) room.room = { ...room.room, ...emptied };
  if (!rows || upTo === 0 || room.from > upTo) return;
  for (const message of rows.messages.slice(0, placeOf(rows.messages, upTo + 1))) dropMessage(model, room, message.id);
  room.from = 0;
  room.isComplete = true;
}

const emptied = { unread_count: 0, mention_count: 0, last_message: null };

export function setMember(model: Model, room: OpenRoom, member: Member): void {
  const known = room.rows.members.get(member.user_id);
  if (known && known.change > member.change) return;
  room.rows.members.set(member.user_id, member);
  model.recorder.put("members", `${member.room_id}/${member.user_id}`, member);
}

export function setWatermarks(model: Model, room: OpenRoom, marks: Watermarks): void {
  const known = room.rows.watermarks.get(marks.user_id);
  if (known && known.change > marks.change) return;
  // In place: in a large room receipts come all the time, and a copy for each would cost as much as there are members.
  room.rows.watermarks.set(marks.user_id, marks);
  model.recorder.put("watermarks", `${marks.room_id}/${marks.user_id}`, marks);
}

/** Raises a member's marks, as a change of the room did (docs/spec.md G6). */
export function raiseWatermarks(
  model: Model,
  room: OpenRoom,
  userId: string,
  raised: { delivered: number; read: number; change: number },
): void {
  const known = room.rows.watermarks.get(userId);
  // What a member reads in secret moves their marks for nobody else, and yet by a change.
  if (known && raised.change <= known.change) return;
  setWatermarks(model, room, {
    room_id: room.room.id,
    user_id: userId,
    delivered_sequence: Math.max(known?.delivered_sequence ?? 0, raised.delivered),
    read_sequence: Math.max(known?.read_sequence ?? 0, raised.read),
    change: raised.change,
  });
}

/** Forgets all rows of a room. */
export function clearRows(model: Model, room: OpenRoom): void {
  room.rows = emptyRows();
  deleteRows(model, room.room.id);
}

/** Forgets a room. Private state of its messages stays: it counts again if the user comes back. */
export function dropRoom(model: Model, roomId: string): void {
  if (!model.state.rooms.delete(roomId)) return;
  model.recorder.delete("rooms", roomId);
  deleteRows(model, roomId);
}

function deleteRows(model: Model, roomId: string): void {
  for (const table of ["messages", "members", "watermarks"] as const) {
    model.recorder.deleteRange(table, withPrefix(`${roomId}/`));
  }
}

/** Drops the oldest messages of a window that has more than `max`; they can be loaded again. */
export function trimWindow(model: Model, room: OpenRoom, max: number, keep: number): void {
  const { messages } = room.rows;
  if (messages.length <= max) return;
  const kept = messages.slice(-keep);
  const from = kept[0]?.sequence_number ?? room.from;
  for (const message of messages.slice(0, -keep)) room.rows.sequences.delete(message.id);
  room.rows.messages = kept;
  room.from = from;
  room.isComplete = false;
  const roomId = room.room.id;
  // Another tab may look further back: it keeps them, and this one does not read below its own window.
  if (!model.recorder.isShared())
    model.recorder.deleteRange("messages", { from: messageKey(roomId, 0), before: messageKey(roomId, from) });
  saveRoom(model, room);
}
