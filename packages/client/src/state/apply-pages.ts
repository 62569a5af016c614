/** Folds what sync and history bring into what the device knows. */
import type { RoomPreferences } from "@pipit/protocol/models/account";
import type { Message } from "@pipit/protocol/models/message";
import type { Room } from "@pipit/protocol/models/room";
import type { Output } from "@pipit/protocol/operations";
import { type RoomState, toListedRoom } from "./device-state.ts";
import type { OpenRoom } from "./open-room.ts";
import { clearRows, dropCleared, dropMessage, dropStar, setMember, setMessage, setWatermarks } from "./room-rows.ts";
import { type Model, saveRoom } from "./save-room.ts";

/** Takes a page of a room's sync. @param limit how many messages were asked for */
export function applyRoomPage(model: Model, room: OpenRoom, page: Output<"sync.messages">, limit: number): void {
  if (page.full) {
    clearRows(model, room);
    const [first] = page.messages;
    room.isComplete = page.messages.length < limit;
    room.from = room.isComplete ? 0 : (first?.sequence_number ?? 0);
    room.cursor = page.last_change;
  }
  for (const message of page.messages) setMessage(model, room, message);
  for (const member of page.members ?? []) setMember(model, room, member);
  for (const marks of page.receipts ?? []) setWatermarks(model, room, marks);
  room.cursor = Math.max(room.cursor ?? 0, page.last_change);
  room.isPartial = page.has_more;
  if (page.room) setRoomView(room, page.room);
  dropCleared(model, room);
  if (!page.has_more) {
    const last = Math.max(room.room.last_sequence, page.last_sequence);
    room.room = { ...room.room, last_sequence: last, last_change: Math.max(room.room.last_change, room.cursor) };
  }
  saveRoom(model, room);
}

/** Takes older messages, which end where the window begins. */
export function applyOlder(model: Model, room: OpenRoom, messages: readonly Message[], isComplete: boolean): void {
  room.isComplete = isComplete;
  room.from = isComplete ? 0 : Math.min(room.from, messages[0]?.sequence_number ?? room.from);
  for (const message of messages) setMessage(model, room, message);
  saveRoom(model, room);
}

/** Takes the server's view of a room, unless a newer one is known. */
export function applyRoom(model: Model, view: Room): RoomState {
  const known = model.state.rooms.get(view.id);
  const room = known ?? toListedRoom(view);
  if (!known) {
    model.state.rooms.set(view.id, room);
    saveRoom(model, room);
  } else if (view.last_change >= known.room.last_change || known.rows) {
    setRoomView(room, view);
    dropCleared(model, room);
    saveRoom(model, room);
  }
  return room;
}

function setRoomView(room: RoomState, view: Room): void {
  const { room: before, kept } = room;
  const ahead = view.last_change - before.last_change || view.preferences_change - before.preferences_change;
  room.room = {
    ...(ahead >= 0 ? view : before),
    // What a change of the account told is newer than a view that was made before it.
    ...(kept && kept.preferences_change > view.preferences_change ? kept : {}),
    // Names and pictures of users are no state of the room (docs/spec.md S4): the last told are the best known.
    peer: view.peer,
  };
  if (view.last_change < room.counted.change) return;
  room.counted = { change: view.last_change, sequence: view.last_sequence };
  room.room.unread_count = view.unread_count;
  room.room.mention_count = view.mention_count;
}

type AccountPage = Output<"sync.chats">["account"];

/** Takes a page of private state. */
export function applyAccount(model: Model, account: AccountPage): void {
  for (const hidden of account.hidden_messages) applyHidden(model, hidden.room_id, hidden.message_id);
  for (const star of account.starred_messages) applyStar(model, star);
  for (const preferences of account.preferences) applyPreferences(model, preferences);
  if (account.settings) applySettings(model, account.settings);
  model.state.accountChange = Math.max(model.state.accountChange, account.account_change);
}

export function applyHidden(model: Model, roomId: string, messageId: string): void {
  const { state, recorder } = model;
  if (!state.hidden.has(messageId)) {
    state.hidden.set(messageId, roomId);
    recorder.put("account", `hidden/${messageId}`, { room_id: roomId, message_id: messageId });
  }
  dropStar(model, messageId);
  const room = state.rooms.get(roomId);
  if (room) dropMessage(model, room, messageId);
}

export function applyStar({ state, recorder }: Model, star: AccountPage["starred_messages"][number]): void {
  const known = state.stars.get(star.message_id);
  if (known && known.account_change > star.account_change) return;
  state.stars.set(star.message_id, star);
  recorder.put("account", `star/${star.message_id}`, star);
}

export function applyPreferences(model: Model, preferences: RoomPreferences): void {
  const room = model.state.rooms.get(preferences.room_id);
  // A room that is not known yet brings its own.
  if (!room || preferences.account_change < room.room.preferences_change) return;
  const { room_id: _, account_change, ...others } = preferences;
  room.kept = { ...others, preferences_change: account_change };
  room.room = { ...room.room, ...room.kept };
  dropCleared(model, room);
  saveRoom(model, room);
}

export function applySettings({ state, recorder }: Model, settings: NonNullable<AccountPage["settings"]>): void {
  if (state.settings && state.settings.account_change > settings.account_change) return;
  state.settings = settings;
  recorder.put("account", "settings", settings);
}

/**
 * Forgets the private state that a load from nothing is about to bring.
 * @param known the account change up to which it was known when the load began: what came since may not be in it
 */
export function clearAccount({ state, recorder }: Model, known: number): void {
  // A database that was restored may have lost preferences, of which no change tells. What is kept of the room is written
  // as the load brings it, or deletes it.
  for (const room of state.rooms.values()) {
    if ((room.kept?.preferences_change ?? 0) <= known) room.kept = undefined;
  }
  state.hidden.clear();
  state.stars.clear();
  state.settings = undefined;
  state.accountChange = 0;
  recorder.deleteRange("account", {});
}
