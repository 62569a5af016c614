/** How messages become rows. */
import type { MessageItem } from "@pipit/client";
import { expect, test } from "vitest";
import { createRowBuilder, findNextExpiry, type Row, type RowsInput } from "./rows.ts";

const noon = new Date(2026, 2, 10, 12).getTime();

function item(sequence: number, change: Partial<MessageItem> = {}, minute = 0): MessageItem {
  return {
    id: `m${sequence}`,
    key: `m${sequence}`,
    sequence_number: sequence,
    sender_id: "bob",
    message_type: "text",
    is_deleted: false,
    expires_at: null,
    created_at: new Date(noon + minute * 60_000).toISOString(),
    ...change,
  } as MessageItem;
}

function build(items: readonly MessageItem[], change: Partial<RowsInput> = {}, builder = createRowBuilder()): Row[] {
  return builder({ items, me: "me", isBeginning: false, unread: undefined, isTyping: false, ...change });
}

const kinds = (rows: readonly Row[]): string =>
  rows.map((row) => (row.kind === "message" ? row.key : row.kind)).join(" ");

test("days stand before their first message", () => {
  expect(kinds(build([item(1), item(2), item(3, {}, 1_440)]))).toBe("day m1 m2 day m3 end");
});

test("what one person says without a pause belongs together", () => {
  const rows = build([item(1), item(2, {}, 1), item(3, {}, 30), item(4, { sender_id: "me" }, 30)]);
  const flags = rows.flatMap((row) => (row.kind === "message" ? [[row.isFirst, row.isLast, row.isOwn]] : []));
  expect(flags).toEqual([
    [true, false, false],
    [false, true, false],
    [true, true, false],
    [true, true, true],
  ]);
});

test("the line stands before the first that is new and somebody else's", () => {
  const items = [item(1), item(2, { sender_id: "me" }), item(3, { is_deleted: true }), item(4, {}, 1), item(5, {}, 1)];
  expect(kinds(build(items, { unread: { after: 1, count: 2 } }))).toBe("day m1 m2 m3 unread m4 m5 end");
});

test("a message that has disappeared is not there, and the next to go is known", () => {
  const past = new Date(Date.now() - 1_000).toISOString();
  const soon = new Date(Date.now() + 60_000).toISOString();
  const items = [item(1, { expires_at: past }), item(2, { expires_at: soon }), item(3)];
  expect(kinds(build(items))).toBe("day m2 m3 end");
  expect(findNextExpiry(items)).toBe(Date.parse(soon));
});

test("rows of what has not changed are the same objects", () => {
  const builder = createRowBuilder();
  const items = [item(1), item(2), item(3, { sender_id: "me" })];
  const before = build(items, {}, builder);
  const after = build([...items, item(4, { sender_id: "me" }, 10)], {}, builder);
  for (const place of [0, 1, 2, 3]) expect(after[place]).toBe(before[place]);
});

test("a room's beginning is told, and who writes is shown last", () => {
  const rows = build([item(1, { message_type: "system" })], { isBeginning: true, isTyping: true });
  expect(kinds(rows)).toBe("intro day system end");
  expect(rows.at(-1)).toMatchObject({ isTyping: true });
});
