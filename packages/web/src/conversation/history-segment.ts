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

/** What is shown: the part, and what the SDK holds if nothing is between them. */
export function joinSegment(segment: Segment | undefined, live: readonly MessageItem[]): readonly MessageItem[] {
  if (!segment) return live;
  if (!segment.isJoined) return segment.items;
  const first = live[0]?.sequence_number ?? Infinity;
  return [...segment.items.filter((item) => item.sequence_number < first), ...live];
}

type Way = "older" | "newer";

/** What was before that which the SDK holds, before any of it has been fetched. */
export const beginning: Segment = { items: [], hasOlder: true, isJoined: true };

/** From where a page is to be fetched. */
export function endOf(segment: Segment | undefined, live: readonly MessageItem[], way: Way): MessageItem | undefined {
  return way === "older" ? (segment?.items[0] ?? live[0]) : segment?.items.at(-1);
}

/** With a page more at one end. */
export function extend(
  segment: Segment,
  found: readonly MessageItem[],
  way: Way,
  hasMore: boolean,
  live: readonly MessageItem[],
): Segment {
  if (way === "older") return { ...segment, items: [...found, ...segment.items], hasOlder: hasMore };
  const items = [...segment.items, ...found];
  const liveFirst = live[0]?.sequence_number ?? 0;
  return { ...segment, items, isJoined: !hasMore || (items.at(-1)?.sequence_number ?? 0) >= liveFirst - 1 };
}

/** So many messages are shown at most, and so many are left of them: far more than are near what is in view. */
const most = 900;
const kept = 600;

/** Without what is far behind one who goes the other way. It is fetched again when they come back. */
export function trim(segment: Segment, way: Way, live: readonly MessageItem[]): Segment {
  const items = joinSegment(segment, live);
  if (items.length <= most) return segment;
  if (way === "older") return { ...segment, items: items.slice(0, kept), isJoined: false };
  const first = items[items.length - kept]?.sequence_number ?? 0;
  return { ...segment, items: segment.items.filter((item) => item.sequence_number >= first), hasOlder: true };
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
