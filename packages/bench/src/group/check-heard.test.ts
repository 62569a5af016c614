import { expect, test } from "vitest";
import { checkHeard, type Heard, type Role } from "./check-heard.ts";
import { FactBook } from "./facts.ts";

const room_id = "the-room";
const names = { amal: "member", bea: "guest", kim: "sender", out: "outsider" } as const satisfies Record<string, Role>;
type Name = keyof typeof names;
type Told = [event: string, payload: object];

const system = (sequence: number, change: number, kind: string): Told => [
  "message:receive",
  { id: `${room_id}.${sequence}`, room_id, sequence_number: sequence, change, meta_data: { system: { kind } } },
];
const renamed: Told[] = [["group:updated", { room_id, change: 2 }], system(1, 3, "room_updated")];
const created: Told = ["room:created", { room_id, change: 4 }];
const joined: Told[] = [["group:joined", { room_id, user_id: "bea", change: 4 }], system(2, 5, "member_added")];
const called: Told = ["message:receive", { room_id, sequence_number: 3, change: 6, meta_data: { mentions_all: true } }];
const mention: Told = ["notification:mention", { roomId: room_id, messageId: `${room_id}.3` }];
const removed: Told = ["group:removed", { room_id, removed_by: "kim" }];
const left: Told[] = [["group:left", { room_id, user_id: "bea", change: 7 }], system(4, 8, "member_removed")];

/** What each hears of a rename, an addition, a mention of all and a removal, when all is right. */
function hearAll(): Record<Name, Told[]> {
  return {
    amal: [...renamed, ...joined, called, mention, ...left],
    bea: [created, ...joined, called, mention, removed],
    kim: [...renamed, ...joined, called, ...left],
    out: [["user:presence_update", { user_id: "amal" }]],
  };
}

function check(change: (told: Record<Name, Told[]>) => void) {
  const told = hearAll();
  change(told);
  const book = new FactBook(room_id);
  const heard = Object.entries(names).map(([userId, role]): Heard => {
    const facts = told[userId as Name].flatMap((event) => book.note(JSON.stringify(event), 0) ?? []);
    return { userId, role, facts };
  });
  return checkHeard(heard);
}

test("what went to all who were entitled, once, is no breach", () => {
  expect(check(() => undefined)).toEqual({ breaches: [], gaps: 0 });
});

const planted: [string, (told: Record<Name, Told[]>) => void, string][] = [
  [
    "an outsider hears of the room",
    ({ out }) => out.push(called),
    "message:receive of change 6 reached out, an outsider",
  ],
  [
    "one who was removed hears of their removal as the room does",
    ({ bea }) => bea.splice(-1, 0, ...left.slice(0, 1)),
    "group:left of change 7 reached bea, while they were not a member",
  ],
  [
    "one who was removed hears an event from before once more",
    ({ bea }) => bea.push(mention),
    "notification:mention of message 3 reached bea, after their removal or before they were added",
  ],
  [
    "one who is not yet a member hears of the room",
    ({ bea }) => bea.unshift(...renamed.slice(0, 1)),
    "group:updated of change 2 reached bea, after their removal or before they were added",
  ],
  ["a member hears something twice", ({ amal }) => amal.push(called), "message:receive of change 6 reached amal twice"],
  [
    "the sender is notified",
    ({ kim }) => kim.push(mention),
    "notification:mention of message 3 reached kim, who had sent it",
  ],
  [
    "a member is not notified",
    (told) => (told.amal = told.amal.filter((one) => one !== mention)),
    "amal was not notified of the mention 3",
  ],
  [
    "a member who stays is told to have been removed",
    ({ amal }) => amal.push(removed),
    "group:removed reached amal, who was not removed",
  ],
  ["a removal is not told", ({ bea }) => bea.pop(), "bea was told 0 times of 1 removals"],
  [
    "the last event is missing",
    ({ amal }) => amal.pop(),
    "amal cannot know that message:receive of change 8 is missing",
  ],
  [
    "an event comes that is no one's",
    ({ amal }) => amal.push(["group:joined:request", { room_id, change: 9 }]),
    "group:joined:request of change 9 reached amal, which nobody was to be told",
  ],
];

test.each(planted)("a breach is found: %s", (_, plant, breach) => {
  expect(check(plant).breaches).toContain(breach);
});

test("a gap is counted where a later change shows it", () => {
  const verdict = check((told) => (told.amal = told.amal.filter((one) => one !== joined[1])));
  expect(verdict).toEqual({ breaches: [], gaps: 1 });
});
