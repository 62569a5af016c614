/** [G9][W7] Who hears of what: every event of the table, to exactly those entitled, the same for all of them. */
import { type EventName, events } from "@pipit/protocol/events";
import type { Socket } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, type Listener, listenTo, once } from "./setup/listening.ts";
import { logOut, register } from "./setup/own-devices.ts";
import { makeGroup, say, viewMessage } from "./setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "./setup/test-server.ts";

/** Everyone's devices. carl was a member, eve never was, and twin is an ada of another tenant. */
const devices = ["ada", "ada's laptop", "bob", "carl", "dora", "eve", "twin"] as const;
type DeviceName = (typeof devices)[number];

type Told = Exclude<EventName, "device:logged-out" | "request:error" | "sync:required">;
type Fixture = { room: string; id: string };
/** What brings an event about, in a room of ada and bob with a message of bob's. @returns the room, if it is another */
type Row = { act(fixture: Fixture): Promise<unknown>; hear: DeviceName[] };

const members: DeviceName[] = ["ada", "ada's laptop", "bob"];
const thumb = encodeURIComponent("👍");

/** An event without a row here does not compile. */
const rows: Record<Told, Row> = {
  "message:receive": { act: ({ room }) => say(ada, room, "hello"), hear: members },
  "message:edit:update": { act: ({ id }) => bob.rest.put(`/messages/${id}`, { content: "edited" }), hear: members },
  "message:delete:update": { act: ({ id }) => bob.rest.delete(`/messages/${id}`), hear: members },
  "message:reaction:update": { act: ({ id }) => ada.rest.post(`/messages/${id}/reactions/${thumb}`), hear: members },
  "message:poll:update": { act: ({ room }) => askAndVote(room), hear: members },
  "message:delivered:update": { act: ({ id }) => ada.rest.put(`/messages/${id}/delivered`), hear: members },
  "message:seen:update": { act: ({ id }) => ada.rest.put(`/messages/${id}/seen`), hear: members },
  "notification:mention": {
    act: ({ room }) => say(ada, room, "hi", { meta_data: { mentions: ["ada", "bob", "carl", "eve"] } }),
    hear: ["bob"],
  },
  "group:joined": { act: ({ room }) => add(room, "dora"), hear: [...members, "dora"] },
  "room:created": { act: ({ room }) => add(room, "dora"), hear: ["dora"] },
  "group:invited": { act: ({ room }) => invite(room, "dora"), hear: ["dora"] },
  "group:join:requested": { act: ({ room }) => doraAsks(room), hear: ["ada", "ada's laptop"] },
  "group:join:decided": {
    act: async ({ room }) => {
      await doraAsks(room);
      await ada.rest.post(`/rooms/${room}/join-requests/dora`, { decision: "deny" });
    },
    hear: ["dora"],
  },
  "group:left": { act: ({ room }) => remove(room, "bob"), hear: ["ada", "ada's laptop"] },
  "group:removed": { act: ({ room }) => remove(room, "bob"), hear: ["bob"] },
  "group:updated": { act: ({ room }) => bob.rest.patch(`/rooms/${room}`, { name: "New" }), hear: members },
  "member:updated": {
    act: ({ room }) => ada.rest.patch(`/rooms/${room}/members/bob`, { role: "admin" }),
    hear: members,
  },
  "room:deleted": { act: ({ room }) => ada.rest.delete(`/rooms/${room}`), hear: members },
  "user:presence_update": { act: tellOfBob, hear: ["ada's laptop"] },
  "user:typing": {
    act: ({ room }) => ask(socketOf("ada"), "user:typing", { room_id: room }),
    hear: ["ada's laptop", "bob"],
  },
  "user:stop_typing": {
    act: async ({ room }) => {
      await ask(socketOf("ada"), "user:typing", { room_id: room });
      await ask(socketOf("ada"), "user:stop_typing", { room_id: room });
    },
    hear: ["ada's laptop", "bob"],
  },
  "account:update": {
    act: ({ id }) => ada.rest.delete(`/messages/${id}?for=me`),
    hear: ["ada", "ada's laptop"],
  },
};

async function askAndVote(room: string): Promise<void> {
  const { id } = await say(ada, room, "", { meta_data: { poll: { question: "When?", options: ["now", "later"] } } });
  await bob.rest.put(`/messages/${id}/vote`, { option_ids: [1] });
}

let statuses = 0;

/** Something new that bob says of himself, to ada's laptop, which asked to hear of him. */
async function tellOfBob(): Promise<void> {
  const laptop = socketOf("ada's laptop");
  await ask(laptop, "presence:subscribe", { user_ids: ["bob"] });
  const told = once(laptop, "user:presence_update");
  statuses += 1;
  await bob.rest.put("/users/me/status-message", { status_message: `status ${statuses}` });
  await told;
}

let server: TestServer;
let ada: Person;
let bob: Person;
const listeners = new Map<DeviceName, Listener>();

beforeAll(async () => {
  server = await startTestServer();
  const people = await Promise.all(["ada", "bob", "carl", "dora", "eve"].map((id) => server.person(id)));
  const [first, second] = people;
  if (!first || !second) throw new Error("nobody came");
  ada = first;
  bob = second;
  for (const person of people) listeners.set(person.id as DeviceName, listenTo(await server.socket(person)));
  listeners.set("ada's laptop", listenTo(await server.socket(ada)));
  listeners.set("twin", listenTo(await server.socket(await server.person("ada", "elsewhere"))));
});
afterAll(() => server.close());

function add(room: string, userId: string): Promise<unknown> {
  return ada.rest.post(`/rooms/${room}/members`, { user_id: userId });
}

function invite(room: string, userId: string): Promise<unknown> {
  return ada.rest.post(`/rooms/${room}/invitations`, { user_id: userId });
}

async function doraAsks(room: string): Promise<void> {
  const link = await ada.rest.post(`/rooms/${room}/invites`, { needs_approval: true });
  await ask(socketOf("dora"), "group:join:confirm", { room_id: room, invite_code: link.body.data.code });
}

function remove(room: string, userId: string): Promise<unknown> {
  return ada.rest.delete(`/rooms/${room}/members/${userId}`);
}

function socketOf(name: DeviceName): Socket {
  const listener = listeners.get(name);
  if (!listener) throw new Error(`${name} has no socket`);
  return listener.socket;
}

async function makeFixture(): Promise<Fixture> {
  const room = await makeGroup(ada, ["bob", "carl"]);
  await remove(room, "carl");
  const { id } = await say(bob, room, "bob's");
  await settle();
  for (const listener of listeners.values()) listener.heard.length = 0;
  return { room, id };
}

async function settle(): Promise<void> {
  await Promise.all(Array.from(listeners.values(), (listener) => listener.settle()));
}

/** Who heard an event, and what. */
function whoHeard(event: Told | "device:logged-out"): Map<DeviceName, unknown[]> {
  const heard = devices.map((name): [DeviceName, unknown[]] => [name, listeners.get(name)?.of(event) ?? []]);
  return new Map(heard.filter(([, payloads]) => payloads.length > 0));
}

describe("[G9][W7] heard by exactly those entitled, once, and the same for all of them:", () => {
  for (const [event, row] of Object.entries(rows) as [Told, Row][]) {
    it(event, async () => {
      await row.act(await makeFixture());
      await settle();
      const heard = whoHeard(event);
      expect([...heard.keys()].sort()).toEqual([...row.hear].sort());
      const [[payload] = []] = heard.values();
      for (const payloads of heard.values()) expect(payloads).toEqual(payloads.map(() => payload));
      const times = event === "message:receive" ? 1 : heard.get(row.hear[0] ?? "eve")?.length;
      expect(times).toBe(1);
      // Equal, not only valid: an event has no field that the document does not tell of.
      expect(events[event].payload.parse(payload)).toEqual(payload);
    });
  }

  it("room:created, by all who are in a new room, each with their own view of it", async () => {
    await makeFixture();
    const room = await makeGroup(ada, ["bob"]);
    await settle();
    const heard = whoHeard("room:created");
    expect([...heard.keys()].sort()).toEqual([...members].sort());
    expect(heard.get("ada")).toMatchObject([{ room_id: room, change: 1, role: "owner" }]);
    expect(heard.get("bob")).toMatchObject([{ room_id: room, change: 1, role: "member" }]);
  });

  it("device:logged-out, by the sockets of that device", async () => {
    await register(ada, "phone");
    const own = [await server.socket(ada, { deviceId: "phone" }), await server.socket(ada, { deviceId: "phone" })];
    const other = listenTo(await server.socket(bob, { deviceId: "phone" }));
    await makeFixture();
    const told = own.map((socket) => once(socket, "device:logged-out"));
    expect(await logOut(ada, "phone")).toBe("ok");
    expect(await Promise.all(told)).toEqual([{ device_id: "phone" }, { device_id: "phone" }]);
    await settle();
    expect([...whoHeard("device:logged-out").keys()]).toEqual([]);
    expect((await other.settle()).filter((name) => name === "device:logged-out")).toEqual([]);
    other.socket.disconnect();
  });

  it("those who are in no room of hers hear nothing of ada at all", async () => {
    for (const row of Object.values(rows)) {
      await row.act(await makeFixture());
      await settle();
      for (const name of ["carl", "eve", "twin"] as const) expect(listeners.get(name)?.heard).toEqual([]);
    }
  });
});

describe("[W7] what depends on the reader is told by operations", () => {
  it("status, to the sender alone", async () => {
    const { room } = await makeFixture();
    const sent = await say(ada, room, "hello");
    await settle();
    const { status, ...shared } = await viewMessage(ada, sent.id);
    expect(status).toBe("sent");
    for (const name of members) expect(listeners.get(name)?.of("message:receive"), name).toEqual([shared]);
  });

  it("reacted_by_me, to who reacted", async () => {
    const { id } = await makeFixture();
    await ada.rest.post(`/messages/${id}/reactions/${thumb}`);
    await bob.rest.put(`/messages/${id}`, { content: "edited" });
    await settle();
    const reaction = { emoji: "👍", count: 1, user_ids: ["ada"] };
    expect((await viewMessage(ada, id)).reactions).toEqual([{ ...reaction, reacted_by_me: true }]);
    for (const name of members) {
      const told = [
        ...(listeners.get(name)?.of("message:reaction:update") ?? []),
        ...(listeners.get(name)?.of("message:edit:update") ?? []),
      ];
      expect(told, name).toHaveLength(2);
      for (const { reactions } of told) expect(reactions).toEqual([{ ...reaction, reacted_by_me: false }]);
    }
  });
});
