/** What stands in a conversation, from top to bottom: days, messages that belong together, the line before what is new. */
import type { MessageItem } from "@pipit/client";
import { now } from "../clock.ts";

export type MessageRowItem = {
  kind: "message";
  key: string;
  item: MessageItem;
  isOwn: boolean;
  /** The first of what one person said at a stretch. */
  isFirst: boolean;
  isLast: boolean;
};

export type Row =
  | { kind: "intro"; key: string }
  | { kind: "day"; key: string; at: string }
  | { kind: "unread"; key: string; count: number }
  | { kind: "system"; key: string; item: MessageItem }
  /** Always the last: some room below the newest message, or who is writing. */
  | { kind: "end"; key: string; isTyping: boolean }
  | MessageRowItem;

export type RowsInput = {
  items: readonly MessageItem[];
  me: string;
  /** Nothing is before the first item. */
  isBeginning: boolean;
  /** Above which sequence something is new, and how much of it. */
  unread: { after: number; count: number } | undefined;
  isTyping: boolean;
};

type Noted = { day: string; minute: number; row?: Row };

/** What one person says without such a pause belongs together. */
const stretchMinutes = 5;

/** Builds rows; what has not changed is the same object as before, so that it need not be drawn anew. */
export function createRowBuilder(): (input: RowsInput) => Row[] {
  const noted = new WeakMap<MessageItem, Noted>();
  const days = new Map<string, Row>();
  return ({ items, me, isBeginning, unread, isTyping }) => {
    const rows: Row[] = isBeginning ? [{ kind: "intro", key: "intro" }] : [];
    const shown = withoutExpired(items);
    let isLineDue = unread !== undefined;
    let before: MessageItem | undefined;
    for (const [place, item] of shown.entries()) {
      const note = noteOf(noted, item);
      const isNewDay = !before || noteOf(noted, before).day !== note.day;
      if (isNewDay) rows.push(dayRow(days, note.day, item.created_at));
      const isNew = unread !== undefined && item.sequence_number > unread.after && countsAsNew(item, me);
      const isLineHere = isLineDue && isNew;
      if (isLineHere && unread) rows.push({ kind: "unread", key: "unread", count: unread.count });
      if (isLineHere) isLineDue = false;
      const isFirst = isNewDay || isLineHere || !before || !belongs(noted, before, item);
      const after = shown[place + 1];
      const isLast = !after || !belongs(noted, item, after) || noteOf(noted, after).day !== note.day;
      rows.push(itemRow(note, item, { isFirst, isLast, isOwn: item.sender_id === me }));
      before = item;
    }
    rows.push({ kind: "end", key: "end", isTyping });
    return rows;
  };
}

/** When the next of the items disappears, as milliseconds since 1970; Infinity: none does. */
export function findNextExpiry(items: readonly MessageItem[]): number {
  const present = now();
  let next = Infinity;
  for (const { expires_at } of items) {
    const at = expires_at === null ? 0 : Date.parse(expires_at);
    if (at > present) next = Math.min(next, at);
  }
  return next;
}

function withoutExpired(items: readonly MessageItem[]): readonly MessageItem[] {
  if (!items.some((item) => item.expires_at !== null)) return items;
  const present = now();
  return items.filter(({ expires_at }) => expires_at === null || Date.parse(expires_at) > present);
}

function noteOf(noted: WeakMap<MessageItem, Noted>, item: MessageItem): Noted {
  const known = noted.get(item);
  if (known) return known;
  const at = new Date(item.created_at);
  const note = { day: `${at.getFullYear()}-${at.getMonth()}-${at.getDate()}`, minute: at.getTime() / 60_000 };
  noted.set(item, note);
  return note;
}

function dayRow(days: Map<string, Row>, day: string, at: string): Row {
  const known = days.get(day);
  if (known) return known;
  const row: Row = { kind: "day", key: `day ${day}`, at };
  days.set(day, row);
  return row;
}

function countsAsNew(item: MessageItem, me: string): boolean {
  return item.sender_id !== me && item.message_type !== "system" && !item.is_deleted;
}

function belongs(noted: WeakMap<MessageItem, Noted>, before: MessageItem, item: MessageItem): boolean {
  if (before.message_type === "system" || item.message_type === "system") return false;
  if (before.sender_id !== item.sender_id) return false;
  return noteOf(noted, item).minute - noteOf(noted, before).minute < stretchMinutes;
}

function itemRow(note: Noted, item: MessageItem, flags: { isFirst: boolean; isLast: boolean; isOwn: boolean }): Row {
  const known = note.row;
  if (item.message_type === "system") {
    note.row = known ?? { kind: "system", key: item.key, item };
    return note.row;
  }
  if (known?.kind === "message" && known.isFirst === flags.isFirst && known.isLast === flags.isLast) return known;
  note.row = { kind: "message", key: item.key, item, ...flags };
  return note.row;
}
