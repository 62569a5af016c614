/** Folds an event into an open room, if it is the next change of it. */
import type { EventName, Payload } from "@pipit/protocol/events";
import type { Message, MetaData, Reaction } from "@pipit/protocol/models/message";
import { findMessage, type OpenRoom } from "./open-room.ts";
import { raiseWatermarks, setMessage } from "./room-rows.ts";
import { type Model, saveRoom } from "./save-room.ts";

/** What became of it: `known` was there already; `gap`: something before it is missing, or it does not say all. */
export type Applied = "applied" | "known" | "gap";

type Fold<Name extends EventName> = (model: Model, room: OpenRoom, payload: Payload<Name>) => void;

const folds: { [Name in EventName]?: Fold<Name> } = {
  "message:receive": (model, room, message) => {
    const { sequence_number: sequence, change } = message;
    setMessage(model, room, message);
    room.room = { ...room.room, last_sequence: Math.max(room.room.last_sequence, sequence) };
    // To send is to have read (docs/spec.md M7).
    if (message.message_type !== "system")
      raiseWatermarks(model, room, message.sender_id, { delivered: sequence, read: sequence, change });
  },
  "message:edit:update": replaceMessage,
  "message:delete:update": replaceMessage,
  "message:reaction:update": (model, room, event) => {
    const known = findKnown(room, event.message_id, event.change);
    if (!known) return;
    const mine =
      event.user_id === model.state.userId ? { emoji: event.emoji, isMine: event.action === "added" } : undefined;
    const reactions = withOwn(event.reactions, known, mine);
    setMessage(model, room, { ...known, reactions, change: event.change });
  },
  "message:poll:update": (model, room, { message_id, change, user_id, option_ids, poll }) => {
    const known = findKnown(room, message_id, change);
    if (!known) return;
    const mine = user_id === model.state.userId ? option_ids : undefined;
    setMessage(model, room, { ...known, meta_data: withVotes({ ...known.meta_data, poll }, known, mine), change });
  },
  "message:delivered:update": (model, room, { user_id, up_to_sequence: delivered, change }) =>
    raiseWatermarks(model, room, user_id, { delivered, read: 0, change }),
  "message:seen:update": (model, room, { user_id, up_to_sequence: read, change }) =>
    raiseWatermarks(model, room, user_id, { delivered: read, read, change }),
};

/** The message that an event changes. Not in the window, which is complete: there is nothing to show of it. */
function findKnown(room: OpenRoom, messageId: string, change: number): Message | undefined {
  const sequence = room.rows.sequences.get(messageId);
  const known = sequence === undefined ? undefined : findMessage(room, sequence);
  return known && known.change < change ? known : undefined;
}

/** An event is the same for all who hear it: which reactions and votes are one's own stays as it was known. */
function replaceMessage(model: Model, room: OpenRoom, message: Message): void {
  const known = findKnown(room, message.id, message.change);
  if (!known) return;
  const reactions = withOwn(message.reactions, known, undefined);
  setMessage(model, room, { ...message, reactions, meta_data: withVotes(message.meta_data, known, undefined) });
}

function withVotes(data: MetaData, known: Message, mine: readonly number[] | undefined): MetaData {
  const { poll } = data;
  if (!poll) return data;
  const before = known.meta_data.poll?.options;
  const options = poll.options.map((option) => ({
    ...option,
    voted_by_me: mine ? mine.includes(option.id) : before?.[option.id]?.voted_by_me === true,
  }));
  return { ...data, poll: { ...poll, options } };
}

function withOwn(
  reactions: readonly Reaction[],
  known: Message,
  mine: { emoji: string; isMine: boolean } | undefined,
): Reaction[] {
  const own = new Set(known.reactions.filter((one) => one.reacted_by_me).map((one) => one.emoji));
  if (mine) own[mine.isMine ? "add" : "delete"](mine.emoji);
  return reactions.map((one) => ({ ...one, reacted_by_me: own.has(one.emoji) }));
}

/** The change that an event makes to a room's shared state, if it does. */
export function changeOf(payload: unknown): { roomId: string; change: number } | undefined {
  if (typeof payload !== "object" || payload === null) return undefined;
  const { room_id: roomId, change } = payload as { room_id?: unknown; change?: unknown };
  return typeof roomId === "string" && typeof change === "number" ? { roomId, change } : undefined;
}

/**
 * Applies the event if it makes the change that comes next. A message of the user's own is shown even so: it is in the
 * outbox no more, and would be nowhere until what is missing before it has come.
 */
export function applyRoomEvent(model: Model, room: OpenRoom, name: string, payload: unknown, change: number): Applied {
  if (room.cursor !== undefined && change <= room.cursor) return "known";
  // In the middle of a sync, an event tells what became of a row since its change before, which the next page may yet bring.
  if (room.cursor === undefined || room.isPartial || change > room.cursor + 1) {
    showAhead(model, room, name, payload);
    return "gap";
  }
  const fold = folds[name as EventName] as ((model: Model, room: OpenRoom, payload: unknown) => void) | undefined;
  // Who joins, leaves or governs, and what a room is called, is rare and says not all that follows from it.
  if (!fold) return "gap";
  fold(model, room, payload);
  room.cursor = change;
  room.room = { ...room.room, last_change: Math.max(room.room.last_change, change) };
  saveRoom(model, room);
  return "applied";
}

// The cursor stays where it is: a sync brings it once more, with all that comes before it.
function showAhead(model: Model, room: OpenRoom, name: string, payload: unknown): void {
  if (name !== "message:receive") return;
  const message = payload as Payload<"message:receive">;
  if (message.sender_id === model.state.userId) folds["message:receive"]?.(model, room, message);
}
