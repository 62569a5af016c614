import { expect, test } from "vitest";
import { checkConvergence, checkInfo, checkListed, type FreshRoom, type ListedRoom } from "./check-room.ts";
import { RoomView, type SharedMessage } from "./room-view.ts";

function message(sequence: number, more: Partial<SharedMessage> = {}): SharedMessage {
  return {
    id: `r.${sequence}`,
    sequence_number: sequence,
    change: sequence,
    sender_id: "ada",
    client_message_id: `c-${sequence}`,
    message_type: "text",
    content: `text ${sequence}`,
    is_edited: false,
    edited_at: null,
    is_deleted: false,
    deleted_at: null,
    created_at: "2026-01-01T00:00:00.000Z",
    ...more,
  };
}

const messages = [message(1), message(2), message(3)];
const marks = new Map([
  ["ada", { delivered: 3, read: 3 }],
  ["bob", { delivered: 2, read: 1 }],
]);
const fresh: FreshRoom = { roomId: "r", messages, marks, lastChange: 5 };
const receipt = (kind: "delivered" | "seen", change: number, upTo: number) =>
  [`message:${kind}:update`, { user_id: "bob", up_to_sequence: upTo, change }, change] as const;

/** A device that has heard all of it as events. */
function upToDate(): RoomView {
  const view = new RoomView("r");
  view.takePage({ messages: [], last_change: 0, has_more: false, full: true });
  for (const one of messages) view.take("message:receive", one, one.change);
  view.take(...receipt("seen", 4, 1));
  view.take(...receipt("delivered", 5, 2));
  return view;
}

test("a device that has heard everything equals a fresh one", () => {
  expect(checkConvergence("bob", upToDate(), fresh)).toEqual([]);
});

test("events that come out of order wait for what is missing, and a page brings it", () => {
  const view = new RoomView("r");
  view.takePage({ messages: [], last_change: 0, has_more: false, full: true });
  expect(view.take("message:receive", message(2), 2)).toBe("gap");
  expect(view.isBehind()).toBe(true);
  expect(view.take("message:receive", message(1), 1)).toBe("applied");
  expect([view.cursor, view.isBehind()]).toEqual([2, false]);
  expect(view.take("message:receive", message(2), 2)).toBe("known");
  view.isSyncing = true;
  expect(view.take(...receipt("seen", 4, 1))).toBe("gap");
  const receipts = [{ room_id: "r", user_id: "ada", delivered_sequence: 3, read_sequence: 3, change: 3 }];
  view.takePage({ messages: [message(3)], receipts, last_change: 3, has_more: false });
  view.endSync();
  expect(view.take(...receipt("delivered", 5, 2))).toBe("applied");
  expect(checkConvergence("bob", view, fresh)).toEqual([]);
});

test("after a page that is not the last, events wait for the rest, whatever became of the sync", () => {
  const view = new RoomView("r");
  view.takePage({ messages: [message(1), message(2), message(3)], last_change: 3, has_more: true, full: true });
  view.endSync();
  expect(view.take(...receipt("seen", 4, 1))).toBe("gap");
  expect(view.isBehind()).toBe(true);
  const receipts = [{ room_id: "r", user_id: "ada", delivered_sequence: 3, read_sequence: 3, change: 3 }];
  view.takePage({ messages: [], receipts, last_change: 3, has_more: false });
  view.endSync();
  expect([view.cursor, view.isBehind()]).toEqual([4, false]);
});

test("a diverged device is found: one that is behind, lacks a message, has an older one, or another watermark", () => {
  const behind: FreshRoom = { ...fresh, lastChange: 6 };
  expect(checkConvergence("bob", upToDate(), behind)).toEqual(["bob in r is at change 5, the room at 6"]);
  const lacking: FreshRoom = { ...fresh, messages: [...messages, message(4, { change: 5 })] };
  expect(checkConvergence("bob", upToDate(), lacking)).toEqual(["bob in r has message 4 of change 5 not at all"]);
  const edited = message(2, { change: 5, content: "another text", is_edited: true });
  const older: FreshRoom = { ...fresh, messages: [message(1), edited, message(3)] };
  expect(checkConvergence("bob", upToDate(), older)).toEqual(["bob in r has message 2 of change 5 as of change 2"]);
  const moved: FreshRoom = { ...fresh, marks: new Map([...marks, ["bob", { delivered: 3, read: 1 }]]) };
  expect(checkConvergence("bob", upToDate(), moved)).toEqual([
    "bob in r has bob at delivered 2, read 1, a fresh device at delivered 3, read 1",
  ]);
  const shorter: FreshRoom = { ...fresh, messages: messages.slice(0, 2) };
  expect(checkConvergence("bob", upToDate(), shorter)).toEqual(["bob in r has a message that the room does not have"]);
});

const listed: ListedRoom = {
  unread_count: 2,
  read_sequence: 1,
  delivered_sequence: 2,
  last_sequence: 3,
  last_change: 5,
};

test("a wrong unread, or another wrong number of the list, is found", () => {
  expect(checkListed("bob", listed, fresh)).toEqual([]);
  expect(checkListed("bob", { ...listed, unread_count: 3 }, fresh)).toEqual([
    "the list of bob tells of r unread 3, counted 2",
  ]);
  expect(checkListed("bob", { ...listed, delivered_sequence: 3, last_change: 4 }, fresh)).toEqual([
    "the list of bob tells of r delivered 3, counted 2",
    "the list of bob tells of r last change 4, counted 5",
  ]);
  const deleted: FreshRoom = { ...fresh, messages: [message(1), message(2, { is_deleted: true }), message(3)] };
  expect(checkListed("bob", { ...listed, unread_count: 1 }, deleted)).toEqual([]);
});

test("a wrong list of who has received or read a message is found", () => {
  const of = (...users: string[]) => users.map((user_id) => ({ user_id }));
  expect(checkInfo(message(2), { delivered_to: of("bob"), seen_by: [] }, fresh)).toEqual([]);
  expect(checkInfo(message(2), { delivered_to: of("bob"), seen_by: of("bob") }, fresh)).toEqual([
    "r.2 is told as seen by [bob], counted []",
  ]);
  expect(checkInfo(message(2), { delivered_to: [], seen_by: [] }, fresh)).toEqual([
    "r.2 is told as delivered to [], counted [bob]",
  ]);
});
