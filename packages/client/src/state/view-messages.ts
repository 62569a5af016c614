/** A room's messages as its user sees them now: the window, with what waits to be told laid over it. */
import type { Message, MetaData, Reaction } from "@pipit/protocol/models/message";
import type { OutboxAction, OutboxItem, SendAction, Target } from "../outbox/outbox-item.ts";
import { isTarget } from "../outbox/outbox-item.ts";
import type { DeviceState } from "./device-state.ts";
import type { OpenRoom } from "./open-room.ts";
import { keepSame, perObject } from "./query.ts";
import { withOwn } from "./view-room.ts";

/** How far a message of one's own has come; of others' messages, nothing. */
export type Delivery = "sending" | "sent" | "delivered" | "read" | "failed";

export type MessageItem = Message & {
  /** Stays the same from the first echo on: for keys of lists. */
  key: string;
  delivery: Delivery | undefined;
  /** Something about it is still to be told to the server. */
  is_pending: boolean;
  /** Why it failed; `retry` and `discard` of the outbox take its `key`. */
  error: { code: string; message: string } | undefined;
};

export type MessageWindow = {
  items: readonly MessageItem[];
  /** Nothing older is there. */
  isComplete: boolean;
  /** The window has not been loaded yet. */
  isLoading: boolean;
};

/** How far all other present members have received and read (docs/spec.md M9). */
export function findReach(state: DeviceState, { rows }: OpenRoom): { delivered: number; read: number } {
  // Where there is nobody else, a message stays sent.
  let delivered: number | undefined;
  let read: number | undefined;
  for (const member of rows.members.values()) {
    if (!member.is_member || member.user_id === state.userId) continue;
    const marks = rows.watermarks.get(member.user_id);
    delivered = Math.min(delivered ?? Infinity, marks?.delivered_sequence ?? 0);
    read = Math.min(read ?? Infinity, marks?.read_sequence ?? 0);
  }
  return { delivered: delivered ?? 0, read: read ?? 0 };
}

/**
 * @param waiting what the outbox holds for this room, in its order
 * @param known items of before: those that are the same are given again, as the same objects
 */
export function viewMessages(
  state: DeviceState,
  room: OpenRoom,
  waiting: readonly OutboxItem[],
  known: ReadonlyMap<string, MessageItem>,
): MessageItem[] {
  const reach = findReach(state, room);
  const floor = {
    delivered: Math.max(reach.delivered, room.floor.delivered),
    read: Math.max(reach.read, room.floor.read),
  };
  room.floor = floor;
  const arrived = new Set<string>();
  const items: MessageItem[] = [];
  for (const message of room.rows.messages) {
    if (message.sender_id === state.userId && message.client_message_id !== null)
      arrived.add(message.client_message_id);
    const item = waiting.reduce(overlay, toItem(state, message, floor));
    if (!isDropped(item)) items.push(keepSame(known.get(item.key), item));
  }
  let sequence = room.room.last_sequence;
  for (const item of waiting) {
    if (item.action.kind !== "send" || arrived.has(item.id)) continue;
    sequence += 1;
    const echo = waiting.reduce(overlay, toEcho(state, room, item, item.action, sequence));
    if (!isDropped(echo)) items.push(keepSame(known.get(echo.key), echo));
  }
  return items;
}

// Always the same ones, so that an echo that has not changed can be told.
const noReactions: Reaction[] = [];
const noMetaData = {};

type Floor = { delivered: number; read: number };

function toItem(state: DeviceState, message: Message, floor: Floor): MessageItem {
  const isOwn = message.sender_id === state.userId && message.message_type !== "system";
  return {
    ...withOwn(state, message),
    key: (isOwn ? message.client_message_id : null) ?? message.id,
    delivery: isOwn ? toDelivery(message.sequence_number, floor) : undefined,
    is_pending: false,
    error: undefined,
  };
}

function toDelivery(sequence: number, floor: Floor): Delivery {
  if (sequence <= floor.read) return "read";
  return sequence <= floor.delivered ? "delivered" : "sent";
}

/** A message that the server has not answered for. */
function toEcho(
  state: DeviceState,
  room: OpenRoom,
  item: OutboxItem,
  action: SendAction,
  sequence: number,
): MessageItem {
  const { replyTo, attachment, meta } = action;
  const repliedTo = replyTo && "messageId" in replyTo ? replyTo.messageId : null;
  return {
    id: item.id,
    key: item.id,
    room_id: item.roomId,
    sender_id: state.userId ?? "",
    sequence_number: sequence,
    change: 0,
    client_message_id: item.id,
    message_type: attachment
      ? (attachment.messageType ?? typeOf(attachment.mimeType ?? attachment.blob.type))
      : (ownType(meta) ?? "text"),
    content: action.content,
    reply_to: repliedTo,
    reply_preview: toPreview(room, repliedTo),
    is_edited: false,
    edited_at: null,
    is_deleted: false,
    deleted_at: null,
    reactions: noReactions,
    forwarded_from: null,
    forwarded_count: 0,
    expires_at: null,
    meta_data: toEchoMeta(meta ?? noMetaData),
    is_starred: false,
    created_at: item.createdAt,
    updated_at: item.createdAt,
    delivery: item.state === "failed" ? "failed" : "sending",
    is_pending: true,
    error: item.error,
  };
}

/** The type of content that has a shape of its own. */
export function ownType(meta: SendAction["meta"]): Message["message_type"] | undefined {
  return (["contact", "location", "poll"] as const).find((name) => meta?.[name]);
}

const toEchoMeta = perObject(({ poll, ...meta }: NonNullable<SendAction["meta"]>): MetaData => {
  if (!poll) return meta;
  const options = poll.options.map((text, id) => ({ id, text, vote_count: 0, user_ids: [], voted_by_me: false }));
  return {
    ...meta,
    poll: { ...poll, is_multiple: poll.is_multiple === true, options, voter_count: 0, closed_at: null },
  };
});

function typeOf(mimeType: string): Message["message_type"] {
  const [family] = mimeType.split("/");
  return family === "image" || family === "video" || family === "audio" ? family : "file";
}

function toPreview(room: OpenRoom, messageId: string | null): Message["reply_preview"] {
  const quoted = room.rows.messages.find((message) => message.id === messageId);
  return quoted ? previewOf(quoted) : null;
}

const previewOf = perObject(({ id, sender_id, message_type, is_deleted, content }: Message) => {
  return { id, sender_id, message_type, is_deleted, content: [...content].slice(0, 200).join("") };
});

const dropped = -1;

function isDropped(item: MessageItem): boolean {
  return item.sequence_number === dropped;
}

function overlay(item: MessageItem, { action, state }: OutboxItem): MessageItem {
  if (state === "failed" || !("target" in action) || !isTarget(action.target, item)) return item;
  return { ...item, is_pending: true, ...toChange(item, action) };
}

type TargetedAction = Extract<OutboxAction, { target: Target }>;

function toChange(item: MessageItem, action: TargetedAction): Partial<MessageItem> {
  if (action.kind === "edit") return { content: action.content, is_edited: true };
  if (action.kind === "star") return { is_starred: action.isStarred };
  if (action.kind === "react") return { reactions: withReaction(item.reactions, action) };
  // Gone from one's own lists; for everyone, a tombstone as the server will leave.
  if (action.for === "me") return { sequence_number: dropped };
  return { content: "", is_deleted: true, reactions: noReactions, meta_data: noMetaData };
}

function withReaction(reactions: readonly Reaction[], { emoji, isOn }: { emoji: string; isOn: boolean }): Reaction[] {
  const found = reactions.find((one) => one.emoji === emoji) ?? { emoji, count: 0, user_ids: [], reacted_by_me: false };
  if (found.reacted_by_me === isOn) return [...reactions];
  const changed = { ...found, count: found.count + (isOn ? 1 : -1), reacted_by_me: isOn };
  const others = reactions.filter((one) => one !== found);
  return changed.count > 0 ? [...others, changed] : others;
}
