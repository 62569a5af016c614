/** Pins: the messages that a room shows first, for a time. */
import type { PinnedMessage } from "@pipit/protocol/models/room";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { createFakeClock, createLastingPerson } from "../../../test/setup/fake-clock.ts";
import { ask, listenTo } from "../../../test/setup/listening.ts";
import { codeOf, makeDirect, makeGroup, readFacts, say, viewRoom } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";
import { createWatchedLog } from "../../../test/setup/watched-log.ts";
import { createDatabase, createPool } from "../../db/database.ts";
import { noAudiences } from "../../ports/audiences/no-audiences.ts";
import { createMediaLinks } from "../media/media-links.ts";
import { retainMessages } from "../messages/retain-messages.ts";
import { expirePins } from "./pins-access.ts";

const day = 86_400;
const clock = createFakeClock();
let server: TestServer;
let other: TestServer;
let ada: Person;
let bob: Person;
let eve: Person;
let room: string;

beforeAll(async () => {
  server = await startTestServer({ clock });
  other = await startTestServer({ clock, databaseUrl: server.databaseUrl });
  ada = await createLastingPerson(server, "ada");
  bob = await createLastingPerson(server, "bob");
  eve = await createLastingPerson(server, "eve");
});
afterAll(async () => {
  await other.close();
  await server.close();
});
beforeEach(async () => {
  room = await makeGroup(ada, ["bob"]);
});

function pin(person: Person, id: string, duration?: string) {
  clock.pass(1);
  return person.rest.put(`/messages/${id}/pin`, duration === undefined ? {} : { duration });
}

function unpin(person: Person, id: string) {
  return person.rest.delete(`/messages/${id}/pin`);
}

async function pinsOf(person: Person, roomId = room): Promise<PinnedMessage[]> {
  return (await viewRoom(person, roomId)).pinned_messages;
}

async function idsOf(person: Person, roomId = room): Promise<string[]> {
  return (await pinsOf(person, roomId)).map((entry) => entry.message_id);
}

async function sayMany(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) ids.push((await say(ada, room, `m${n}`)).id);
  return ids;
}

/** What a node without sockets has: devices learn by sync. */
function openNode() {
  const log = createWatchedLog();
  const pool = createPool({ connectionString: server.databaseUrl }, 2, log);
  onTestFinished(() => pool.end());
  const now = () => clock.now();
  return {
    db: createDatabase(pool),
    clock,
    log,
    links: createMediaLinks({ origin: () => "", secret: "x".repeat(32), now, signedSeconds: 60, cloudflare: false }),
    audiences: noAudiences,
    jobs: { start: () => {}, wake: () => {}, stop: async () => {} },
  };
}

async function run(text: string, values: unknown[]): Promise<void> {
  const database = new pg.Client(server.databaseUrl);
  await database.connect();
  try {
    await database.query(text, values);
  } finally {
    await database.end();
  }
}

describe("[R8] pinning", () => {
  it.each([
    ["24h", 1],
    ["7d", 7],
    ["30d", 30],
    [undefined, 7],
  ])("for %s", async (duration, days) => {
    const { id } = await say(ada, room, "read this");
    const { data } = (await pin(bob, id, duration)).body;
    const now = clock.now().getTime();
    const entry = {
      message_id: id,
      pinned_by: "bob",
      pinned_at: new Date(now).toISOString(),
      expires_at: new Date(now + days * day * 1000).toISOString(),
    };
    const { last_change } = await viewRoom(ada, room);
    // The system message is the change after it.
    expect(data).toEqual({ room_id: room, change: last_change - 1, pinned_messages: [entry] });
    expect(await pinsOf(ada)).toEqual([entry]);
    expect(await readFacts(ada, room)).toEqual([{ kind: "message_pinned", message_id: id }]);
  });

  it("shows the newest first, three at most; again sets the time anew", async () => {
    const [one = "", two = "", three = "", four = ""] = await sayMany(4);
    for (const id of [one, two, three]) await pin(ada, id);
    expect(await idsOf(bob)).toEqual([three, two, one]);
    expect(codeOf(await pin(bob, four))).toBe("conflict");
    const before = await viewRoom(ada, room);
    expect(codeOf(await pin(bob, one, "30d"))).toBe("ok");
    const after = await viewRoom(ada, room);
    expect(after.last_change).toBe(before.last_change + 2);
    expect(after.pinned_messages[0]).toMatchObject({ message_id: one, pinned_by: "bob" });
    expect(await idsOf(bob)).toEqual([one, three, two]);
    await unpin(bob, three);
    expect(codeOf(await pin(bob, four))).toBe("ok");
    expect(await idsOf(ada)).toEqual([four, one, two]);
  });

  it("takes no more than three, whoever pins at once on two servers", async () => {
    const ids = await sayMany(8);
    const people = [await server.person("ada"), await other.person("bob")];
    const replies = await Promise.all(ids.map((id, n) => pin(people[n % 2] ?? ada, id)));
    expect(replies.map(codeOf).sort()).toEqual([...new Array(5).fill("conflict"), "ok", "ok", "ok"]);
    expect(await pinsOf(ada)).toHaveLength(3);
  });

  it("[G9] is for those who see the message, of what is somebody's word and still there", async () => {
    const { id } = await say(ada, room, "x");
    for (const person of [eve, await server.person("ada", "elsewhere")]) {
      expect([codeOf(await pin(person, id)), codeOf(await unpin(person, id))]).toEqual(["not_found", "not_found"]);
    }
    expect(codeOf(await pin(bob, `${room}.99`))).toBe("not_found");
    expect(codeOf(await unpin(bob, `${room}.99`))).toBe("not_found");
    expect(codeOf(await pin(bob, id, "1h"))).toBe("invalid_request");
    await pin(ada, id);
    const system = (await say(ada, room, "after")).sequence_number - 1;
    expect(codeOf(await pin(ada, `${room}.${system}`))).toBe("conflict");
    await bob.rest.delete(`/messages/${id}?for=me`);
    expect(codeOf(await pin(bob, id))).toBe("not_found");
    await ada.rest.delete(`/messages/${id}`);
    expect(codeOf(await pin(ada, id))).toBe("gone");
  });

  it("is for those who may edit the room's info; in a direct room for both", async () => {
    await ada.rest.patch(`/rooms/${room}`, { settings: { who_can_edit_info: "admins" } });
    const { id } = await say(bob, room, "x");
    expect(codeOf(await pin(bob, id))).toBe("forbidden");
    await pin(ada, id);
    expect(codeOf(await unpin(bob, id))).toBe("forbidden");
    expect(codeOf(await unpin(ada, id))).toBe("ok");
    const direct = await makeDirect(ada, "bob");
    const theirs = await say(ada, direct, "x");
    expect(codeOf(await pin(bob, theirs.id))).toBe("ok");
    expect(await idsOf(ada, direct)).toEqual([theirs.id]);
    expect(codeOf(await unpin(ada, theirs.id))).toBe("ok");
    const notes = await makeDirect(ada, "ada");
    expect(codeOf(await pin(ada, (await say(ada, notes, "milk")).id))).toBe("ok");
  });
});

describe("[R8] unpinning", () => {
  it("is recorded; what is not pinned stays as it is, and nobody hears of it", async () => {
    const { id } = await say(ada, room, "x");
    const { change } = (await pin(ada, id)).body.data;
    const off = (await unpin(bob, id)).body.data;
    expect(off).toEqual({ room_id: room, change: change + 2, pinned_messages: [] });
    expect((await readFacts(ada, room)).at(-1)).toEqual({ kind: "message_unpinned", message_id: id });
    const listener = listenTo(await server.socket(ada));
    const before = await viewRoom(ada, room);
    expect((await unpin(bob, id)).body.data).toEqual(off);
    expect(await viewRoom(ada, room)).toEqual(before);
    expect(await listener.settle()).toEqual([]);
  });
});

describe("[R8] is told", () => {
  it("[W8][G5] to the other sockets as the room is then, with the system message, and by sync", async () => {
    const { id } = await say(ada, room, "x");
    const asking = listenTo(await server.socket(ada));
    const others = [listenTo(await server.socket(ada)), listenTo(await server.socket(bob))];
    const { last_change, last_sequence } = await viewRoom(ada, room);
    const { data } = await ask(asking.socket, "message:pin", { message_id: id, duration: "24h" });
    for (const listener of [asking, ...others]) await listener.settle();
    for (const listener of others) {
      expect(listener.of("group:updated")).toMatchObject([
        { id: room, room_id: room, change: last_change + 1, pinned_messages: data.pinned_messages },
      ]);
    }
    for (const listener of [asking, ...others]) {
      expect(listener.of("message:receive")).toMatchObject([
        {
          change: last_change + 2,
          sequence_number: last_sequence + 1,
          meta_data: { system: { kind: "message_pinned", message_id: id } },
        },
      ]);
    }
    expect(asking.of("group:updated")).toEqual([]);
    const body = { room_id: room, since_change: last_change };
    const synced = (await bob.rest.post("/sync/messages", body)).body.data;
    expect(synced.room).toMatchObject({ pinned_messages: data.pinned_messages });
    expect(synced.messages).toMatchObject([{ message_type: "system" }]);
  });
});

describe("[R10] a pin goes", () => {
  it("with its message, when that is deleted for everyone, by a change of the room's own", async () => {
    const [one = "", two = ""] = await sayMany(2);
    await pin(ada, one);
    await pin(ada, two);
    const listener = listenTo(await server.socket(bob));
    await ada.rest.delete(`/messages/${one}?for=me`);
    expect(await idsOf(ada)).toEqual([two, one]);
    const { change } = (await ada.rest.delete(`/messages/${one}`)).body.data;
    expect(await idsOf(bob)).toEqual([two]);
    expect(await listener.settle()).toEqual(["message:delete:update", "group:updated"]);
    expect(listener.of("group:updated")).toMatchObject([
      { change: change + 1, pinned_messages: [{ message_id: two }] },
    ]);
    expect((await viewRoom(bob, room)).last_change).toBe(change + 1);
    await ada.rest.delete(`/messages/${(await say(ada, room, "not pinned")).id}`);
    expect((await listener.settle()).slice(2)).toEqual(["message:receive", "message:delete:update"]);
  });

  it("with its message, when retention ends that", async () => {
    const [one = "", two = ""] = await sayMany(2);
    await pin(ada, one);
    clock.pass(120);
    const young = (await say(ada, room, "young")).id;
    await pin(ada, young);
    const { last_change } = await viewRoom(ada, room);
    await retainMessages(openNode(), { olderThan: new Date(clock.now().getTime() - 60_000), limit: 1_000 });
    expect(await idsOf(bob)).toEqual([young]);
    const body = { room_id: room, since_change: last_change };
    const synced = (await bob.rest.post("/sync/messages", body)).body.data;
    expect(synced.messages.map((message: { id: string }) => message.id)).toEqual([one, two]);
    expect(synced.room).toMatchObject({ pinned_messages: [{ message_id: young }] });
  });

  it("when its time has come, which nobody did", async () => {
    const [one = "", two = "", three = ""] = await sayMany(3);
    await pin(ada, one, "24h");
    await pin(ada, two, "24h");
    await pin(ada, three, "7d");
    const pinnedTwice = await makeGroup(ada);
    await pin(ada, (await say(ada, pinnedTwice, "x")).id, "24h");
    const node = openNode();
    clock.pass(day - 60);
    expect(await expirePins(node, clock.now())).toBe(0);
    const before = await viewRoom(ada, room);
    clock.pass(60);
    expect(await expirePins(node, clock.now())).toBe(2);
    expect(await idsOf(bob)).toEqual([three]);
    expect(await idsOf(ada, pinnedTwice)).toEqual([]);
    const after = await viewRoom(ada, room);
    expect([after.last_change, after.last_sequence]).toEqual([before.last_change + 1, before.last_sequence]);
    expect(await expirePins(node, clock.now())).toBe(0);
  });

  it("and takes no place from the moment on at which it runs out", async () => {
    const [one = "", two = "", three = "", four = ""] = await sayMany(4);
    await pin(ada, one, "24h");
    await pin(ada, two);
    await pin(ada, three);
    clock.pass(day);
    expect(codeOf(await pin(ada, four))).toBe("ok");
    expect(await idsOf(bob)).toEqual([four, three, two]);
  });

  it("once, when many take it off at once", async () => {
    const { id } = await say(ada, room, "x");
    await pin(ada, id, "24h");
    const before = await viewRoom(ada, room);
    clock.pass(day);
    const nodes = [openNode(), openNode()];
    await Promise.all([...nodes.map((node) => expirePins(node, clock.now())), ada.rest.delete(`/messages/${id}`)]);
    expect(await idsOf(ada)).toEqual([]);
    // One for the tombstone, one for the pin.
    expect((await viewRoom(ada, room)).last_change).toBe(before.last_change + 2);
  });
});

describe("[R11] a pinned message that a member can't see", () => {
  it("is an id to them that leads nowhere, and that they may take off", async () => {
    const closed = await makeGroup(ada, [], { settings: { history_visible_to_new_members: false } });
    const { id } = await say(ada, closed, "before bob");
    await pin(ada, id);
    await ada.rest.post(`/rooms/${closed}/members`, { user_id: "bob" });
    expect(await idsOf(bob, closed)).toEqual([id]);
    expect(codeOf(await bob.rest.get(`/messages/${id}`))).toBe("not_found");
    expect(codeOf(await pin(bob, id))).toBe("not_found");
    expect(codeOf(await unpin(bob, id))).toBe("ok");
    expect(codeOf(await unpin(bob, id))).toBe("not_found");
  });

  it("[B2] because it is withheld from them, is pinned all the same, to its sender alone, who notices nothing", async () => {
    const direct = await makeDirect(bob, "ada");
    await run("update members set blocked_by_peer = true where room_id = $1 and user_id = 'bob'", [direct]);
    const { id } = await say(bob, direct, "look at me");
    expect(codeOf(await pin(bob, id))).toBe("ok");
    expect(await idsOf(bob, direct)).toEqual([id]);
    expect(await idsOf(ada, direct)).toEqual([]);
    expect(codeOf(await ada.rest.get(`/messages/${id}`))).toBe("not_found");
    expect(codeOf(await unpin(ada, id))).toBe("not_found");
    expect(await idsOf(bob, direct)).toEqual([id]);
  });
});
