/** A part of a room's history that the SDK does not hold: fetched around a place, and kept up to date by events. */
import type { MessageItem } from "@pipit/client";
import type { Payload } from "@pipit/protocol/events";
import type { Message, Reaction } from "@pipit/protocol/models/message";

export type Segment = {
  items: readonly MessageItem[];
  hasOlder: boolean;
  /** What follows its last message is what the SDK holds. */
  isJoined: boolean;
};

/** A message as the SDK would give it, but that its key is its id: the SDK does not know it by another. */
export function toItem(message: Message, me: string): MessageItem {
  const isOwn = message.sender_id === me && message.message_type !== "system";
  return {
    ...message,
    key: message.id,
    delivery: isOwn ? (message.status ?? "sent") : undefined,
    is_pending: false,
    error: undefined,
  };
}

/** Takes the place of a message with what an event says of it, which is the same for all who hear it. */
export function replaceIn(segment: Segment, message: Message, me: string): Segment {
  return change(segment, message.id, (known) => {
    if (known.change >= message.change) return known;
    const own = new Set(known.reactions.filter((one) => one.reacted_by_me).map((one) => one.emoji));
    const reactions = message.reactions.map((one) => ({ ...one, reacted_by_me: own.has(one.emoji) }));
    const fresh = { ...message, reactions, is_starred: known.is_starred && !message.is_deleted, status: known.status };
    return { ...toItem({ ...fresh, status: known.status ?? "sent" }, me), key: known.key };
  });
}

export function reactIn(segment: Segment, event: Payload<"message:reaction:update">, me: string): Segment {
  return change(segment, event.message_id, (known) => {
    const own = new Set(known.reactions.filter((one) => one.reacted_by_me).map((one) => one.emoji));
    if (event.user_id === me) own[event.action === "added" ? "add" : "delete"](event.emoji);
    const reactions: Reaction[] = event.reactions.map((one) => ({ ...one, reacted_by_me: own.has(one.emoji) }));
    return { ...known, reactions, change: event.change };
  });
}

export function voteIn(segment: Segment, event: Payload<"message:poll:update">, me: string): Segment {
  return change(segment, event.message_id, (known) => {
    const before = known.meta_data.poll?.options;
    const mine = event.user_id === me ? event.option_ids : undefined;
    const options = event.poll.options.map((option) => ({
      ...option,
      voted_by_me: mine ? mine.includes(option.id) : before?.[option.id]?.voted_by_me === true,
    }));
    return { ...known, meta_data: { ...known.meta_data, poll: { ...event.poll, options } }, change: event.change };
  });
}

export function applyAccount(segment: Segment, event: Payload<"account:update">): Segment {
  if (event.kind === "message_starred")
    return change(segment, event.message_id, (known) => ({ ...known, is_starred: event.is_starred }));
  if (event.kind !== "message_hidden") return segment;
  return { ...segment, items: segment.items.filter((item) => item.id !== event.message_id) };
}

function change(segment: Segment, messageId: string, work: (known: MessageItem) => MessageItem): Segment {
  if (!segment.items.some((item) => item.id === messageId)) return segment;
  return { ...segment, items: segment.items.map((item) => (item.id === messageId ? work(item) : item)) };
}
