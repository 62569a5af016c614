/** [G4] A member who is connected hears of every change of a room: a hole is a loss, never a change that was not told. */
import fc from "fast-check";
import type { Socket } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, type Listener, listenTo } from "./setup/listening.ts";
import { codeOf, makeGroup, say, viewRoom } from "./setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "./setup/test-server.ts";

let server: TestServer;
let people: Person[];
let askers: Socket[];
let listeners: Listener[];
let guest: Listener;

// The three are members from the beginning to the end, dora comes and goes. Each has a socket that only listens.
beforeAll(async () => {
  server = await startTestServer();
  people = await Promise.all(["ada", "bob", "carl"].map((id) => server.person(id)));
  askers = await Promise.all(people.map((person) => server.socket(person)));
  listeners = (await Promise.all(people.map((person) => server.socket(person)))).map(listenTo);
  guest = listenTo(await server.socket(await server.person("dora")));
});
afterAll(() => server.close());

type Step = { kind: keyof typeof steps; who: number; which: number; upTo: number; bySocket: boolean };

function personAt(index: number): Person {
  const person = people[index];
  if (!person) throw new Error(`there is no person ${index}`);
  return person;
}

type Request = { method: string; path: string; body?: object; event?: string; input?: object };

/** What a step asks for: over REST, and over the socket if it has an event. */
const steps = {
  send: (room, { which }) => ({
    method: "POST",
    path: `/rooms/${room}/messages`,
    body: { content: "hi", ...(which % 3 === 0 ? { meta_data: { mentions: ["bob"] } } : {}) },
    event: "message:send",
    input: { room_id: room, content: "hi" },
  }),
  answer: (room, { which }) => ({
    method: "POST",
    path: `/rooms/${room}/messages`,
    body: { content: "re", reply_to: `${room}.${which}` },
    event: "message:send",
    input: { room_id: room, content: "re", reply_to: `${room}.${which}` },
  }),
  edit: (room, { which, upTo }) => ({
    method: "PUT",
    path: `/messages/${room}.${which}`,
    body: { content: `edited ${upTo}` },
    event: "message:edit",
    input: { message_id: `${room}.${which}`, content: `edited ${upTo}` },
  }),
  delete: (room, { which }) => ({
    method: "DELETE",
    path: `/messages/${room}.${which}`,
    event: "message:delete",
    input: { message_id: `${room}.${which}` },
  }),
  hide: (room, { which }) => ({ method: "DELETE", path: `/messages/${room}.${which}?for=me` }),
  react: (room, { which }) => ({
    method: "POST",
    path: `/messages/${room}.${which}/reactions/${encodeURIComponent("👍")}`,
    event: "message:reaction:add",
    input: { message_id: `${room}.${which}`, emoji: "👍" },
  }),
  unreact: (room, { which }) => ({
    method: "DELETE",
    path: `/messages/${room}.${which}/reactions/${encodeURIComponent("👍")}`,
    event: "message:reaction:remove",
    input: { message_id: `${room}.${which}`, emoji: "👍" },
  }),
  deliver: (room, { upTo }) => receipt(room, "delivered", upTo),
  read: (room, { upTo }) => receipt(room, "seen", upTo),
  rename: (room, { upTo }) => ({
    method: "PATCH",
    path: `/rooms/${room}`,
    body: { name: `Name ${upTo}` },
    event: "group:update",
    input: { room_id: room, name: `Name ${upTo}` },
  }),
  settings: (room, { which }) => ({
    method: "PATCH",
    path: `/rooms/${room}`,
    body: { settings: { who_can_add: which % 2 === 0 ? "admins" : "everyone" } },
  }),
  role: (room, { which }) => ({
    method: "PATCH",
    path: `/rooms/${room}/members/${which % 2 === 0 ? "bob" : "carl"}`,
    body: { role: ["member", "admin", "owner"][which % 3] },
  }),
  add: (room) => ({
    method: "POST",
    path: `/rooms/${room}/members`,
    body: { user_id: "dora" },
    event: "group:join",
    input: { room_id: room, user_id: "dora" },
  }),
  remove: (room) => ({ method: "DELETE", path: `/rooms/${room}/members/dora` }),
} satisfies Record<string, (room: string, step: Step) => Request>;

function receipt(room: string, kind: "delivered" | "seen", upTo: number): Request {
  const body = { kind: kind === "seen" ? "read" : kind, up_to_sequence: upTo };
  const input = { room_id: room, up_to_sequence: upTo };
  return { method: "POST", path: `/rooms/${room}/receipts`, body, event: `message:${kind}`, input };
}

const allowed = ["ok", "forbidden", "gone", "not_found", "conflict"];

async function take(room: string, step: Step): Promise<void> {
  const request: Request = steps[step.kind](room, step);
  const asker = askers[step.who];
  if (step.bySocket && request.event && asker) {
    const reply = await ask(asker, request.event, request.input);
    expect(allowed).toContain(reply.success ? "ok" : reply.code);
    return;
  }
  expect(allowed).toContain(codeOf(await personAt(step.who).rest.call(request.method, request.path, request.body)));
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.oneof(
    { weight: 2, arbitrary: fc.constant("send" as const) },
    { weight: 5, arbitrary: fc.constantFrom(...(Object.keys(steps) as Step["kind"][])) },
  ),
  who: fc.nat(2),
  which: fc.integer({ min: 1, max: 12 }),
  upTo: fc.nat(20),
  bySocket: fc.boolean(),
});

/** The changes of a room that a listener heard of, in order. `message:receive` tells of its sender's watermark as well. */
function changesOf(listener: Listener, room: string): number[] {
  return listener.heard.flatMap(({ payload }) =>
    payload.room_id === room && typeof payload.change === "number" ? [payload.change] : [],
  );
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

async function newRoom(): Promise<string> {
  return makeGroup(personAt(0), ["bob", "carl"]);
}

async function expectNoHole(room: string, isInOrder: boolean): Promise<void> {
  const { last_change } = await viewRoom(personAt(0), room);
  for (const listener of listeners) {
    await listener.settle();
    const changes = changesOf(listener, room);
    expect(isInOrder ? changes : [...changes].sort((a, b) => a - b)).toEqual(upTo(last_change));
  }
}

describe("[G4] the changes that a connected member hears of", () => {
  it("rise from 1 without a hole, one event each, whatever happens in the room", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60, size: "max" }), async (session) => {
        const room = await newRoom();
        for (const next of session) await take(room, next);
        await expectNoHole(room, true);
        await expectGuestHasNoHole(room);
      }),
      { numRuns: 8, endOnFailure: true },
    );
  });

  it("have no hole in the end, when much happens at once", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 60, size: "max" }), async (session) => {
        const room = await newRoom();
        await Promise.all(session.map((next) => take(room, next)));
        await expectNoHole(room, false);
      }),
      { numRuns: 8, endOnFailure: true },
    );
  });
});

/** One who comes and goes hears of every change from each coming to the going. */
async function expectGuestHasNoHole(room: string): Promise<void> {
  await guest.settle();
  const stays: number[][] = [];
  for (const { event, payload } of guest.heard) {
    if (payload.room_id !== room || typeof payload.change !== "number") continue;
    if (event === "room:created") stays.push([]);
    stays.at(-1)?.push(payload.change);
  }
  for (const stay of stays) {
    const [first = 0] = stay;
    expect([...new Set(stay)]).toEqual([...new Set(stay)].map((_, index) => first + index));
  }
}

describe("[G4][W8] the socket that asked knows of the change that it made, by the reply or by events:", () => {
  it.each(["send", "edit", "react", "unreact", "deliver", "read", "add", "delete"] as const)("%s", async (kind) => {
    const room = await newRoom();
    await say(personAt(0), room, "ada's");
    await say(personAt(1), room, "bob's");
    if (kind === "unreact") await take(room, { kind: "react", who: 0, which: 1, upTo: 0, bySocket: false });
    const asker = await server.socket(personAt(0));
    const listener = listenTo(asker);
    const before = (await viewRoom(personAt(0), room)).last_change;
    const request: Request = steps[kind](room, { kind, who: 0, which: 1, upTo: 2, bySocket: true });
    const reply = await ask(asker, request.event ?? "", request.input);
    expect(reply).toMatchObject({ success: true });
    await listener.settle();
    const { last_change } = await viewRoom(personAt(0), room);
    expect(last_change).toBeGreaterThan(before);
    const known = new Set([...changesOf(listener, room), reply.data.change]);
    expect(upTo(last_change).filter((change) => change > before && !known.has(change))).toEqual([]);
  });
});
