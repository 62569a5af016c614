/** Receipts, and what is derived from them: status and unread counts. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ask, listenTo } from "../../../test/setup/listening.ts";
import { codeOf, makeDirect, makeGroup, say, viewMessage, viewRoom } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";

let server: TestServer;
let ada: Person;
let bob: Person;
let carl: Person;
let eve: Person;
let room: string;

beforeAll(async () => {
  server = await startTestServer();
  [ada, bob, carl, eve] = await Promise.all([
    server.person("ada"),
    server.person("bob"),
    server.person("carl"),
    server.person("eve"),
  ]);
});
afterAll(() => server.close());
beforeEach(async () => {
  room = await makeGroup(ada, ["bob", "carl"]);
});

async function mark(person: Person, kind: "delivered" | "read", upTo: number) {
  return (await person.rest.post(`/rooms/${room}/receipts`, { kind, up_to_sequence: upTo })).body.data;
}

async function sayFive(): Promise<void> {
  for (let n = 1; n <= 5; n += 1) await say(ada, room, `message ${n}`);
}

async function unreadOf(person: Person): Promise<number> {
  const { unread_count } = await viewRoom(person, room);
  const { total_unread } = (await person.rest.get(`/unread-count?room_id=${room}`)).body.data;
  expect(total_unread).toBe(unread_count);
  return unread_count;
}

describe("watermarks", () => {
  it("[G6] only rise: late and repeated receipts change nothing, and nobody hears of them", async () => {
    await sayFive();
    expect(await mark(bob, "read", 3)).toMatchObject({ delivered_sequence: 3, read_sequence: 3 });
    const before = await viewRoom(ada, room);
    const listener = listenTo(await server.socket(ada));
    for (const [kind, upTo] of [
      ["read", 3],
      ["read", 1],
      ["delivered", 2],
      ["read", 0],
    ] as const) {
      expect(await mark(bob, kind, upTo)).toMatchObject({ delivered_sequence: 3, read_sequence: 3 });
    }
    expect(await viewRoom(ada, room)).toEqual(before);
    expect(await listener.settle()).toEqual([]);
  });

  it("[G6] what is read is received; what is received is not read; neither goes beyond the last message", async () => {
    await sayFive();
    expect(await mark(bob, "delivered", 4)).toMatchObject({ delivered_sequence: 4, read_sequence: 0 });
    expect(await mark(bob, "read", 2)).toMatchObject({ delivered_sequence: 4, read_sequence: 2 });
    expect(await mark(bob, "read", 999)).toMatchObject({ delivered_sequence: 5, read_sequence: 5 });
    await say(ada, room, "message 6");
    expect(await unreadOf(bob)).toBe(1);
  });

  it("[G6] may be named by a message or by a place, over both doors", async () => {
    await sayFive();
    const socket = await server.socket(bob);
    const answers = [
      (await bob.rest.put(`/messages/${room}.1/delivered`)).body.data,
      (await ask(socket, "message:delivered", { room_id: room, up_to_sequence: 2 })).data,
      (await bob.rest.put(`/messages/${room}.3/seen`)).body.data,
      (await ask(socket, "message:seen", { message_id: `${room}.4` })).data,
      await mark(bob, "read", 5),
    ];
    expect(answers.map((marks) => [marks.delivered_sequence, marks.read_sequence])).toEqual([
      [1, 0],
      [2, 0],
      [3, 3],
      [4, 4],
      [5, 5],
    ]);
    expect(answers.map((marks) => marks.change)).toEqual([7, 8, 9, 10, 11]);
    expect((await ask(socket, "message:seen", { room_id: room })).code).toBe("invalid_request");
  });

  it("members hear of each rise: who, how far, and the room's change", async () => {
    await sayFive();
    const listener = listenTo(await server.socket(ada));
    await mark(bob, "delivered", 4);
    await mark(bob, "read", 2);
    await listener.settle();
    const fact = { room_id: room, user_id: "bob", timestamp: expect.any(String) };
    expect(listener.of("message:delivered:update")).toEqual([{ ...fact, up_to_sequence: 4, change: 7 }]);
    expect(listener.of("message:seen:update")).toEqual([{ ...fact, up_to_sequence: 2, change: 8 }]);
  });

  it("[G9] of a room that one is not in are not found", async () => {
    const { id } = await say(ada, room, "secret");
    expect(codeOf(await eve.rest.put(`/messages/${id}/seen`))).toBe("not_found");
    expect(codeOf(await eve.rest.post(`/rooms/${room}/receipts`, { kind: "read", up_to_sequence: 1 }))).toBe(
      "not_found",
    );
    expect(codeOf(await eve.rest.get(`/unread-count?room_id=${room}`))).toBe("not_found");
  });
});

describe("the sender", () => {
  it("[M7] has read up to the message: no receipt is sent for it, and none is needed", async () => {
    await sayFive();
    const [listener, own] = [listenTo(await server.socket(ada)), listenTo(await server.socket(bob))];
    const sent = await say(bob, room, "an answer");
    expect(await listener.settle()).toEqual(["message:receive"]);
    expect(await own.settle()).toEqual(["message:receive"]);
    expect(await viewRoom(bob, room)).toMatchObject({ read_sequence: 6, delivered_sequence: 6, unread_count: 0 });
    const { receipts } = (await ada.rest.post("/sync/messages", { room_id: room, since_change: 6 })).body.data;
    expect(receipts).toEqual([
      { room_id: room, user_id: "bob", delivered_sequence: 6, read_sequence: 6, change: sent.change },
    ]);
    expect(await viewMessage(ada, `${room}.5`)).toMatchObject({ status: "sent" });
    await mark(carl, "read", 5);
    expect(await viewMessage(ada, `${room}.5`)).toMatchObject({ status: "read" });
  });

  it("[M7] a system message is nobody's: who caused it has not read up to it by that", async () => {
    await sayFive();
    await bob.rest.patch(`/rooms/${room}`, { name: "New" });
    expect(await viewRoom(bob, room)).toMatchObject({ read_sequence: 0, unread_count: 5 });
    expect(await viewMessage(ada, `${room}.5`)).toMatchObject({ status: "sent" });
  });
});

describe("unread", () => {
  it("[M8] are the messages above the watermark, without those of the system", async () => {
    await sayFive();
    await ada.rest.patch(`/rooms/${room}`, { name: "New" });
    expect(await unreadOf(bob)).toBe(5);
    await mark(bob, "read", 2);
    expect(await unreadOf(bob)).toBe(3);
    await say(carl, room, "carl's");
    expect([await unreadOf(bob), await unreadOf(carl), await unreadOf(ada)]).toEqual([4, 0, 1]);
    await mark(bob, "read", 6);
    expect(await unreadOf(bob)).toBe(1);
  });

  it("[M8] without those that were deleted for everyone, or hidden, before or after being read", async () => {
    await sayFive();
    await ada.rest.delete(`/messages/${room}.4`);
    await bob.rest.delete(`/messages/${room}.5?for=me`);
    await ada.rest.delete(`/messages/${room}.1`);
    expect([await unreadOf(bob), await unreadOf(carl)]).toEqual([2, 3]);
    await mark(bob, "read", 2);
    expect(await unreadOf(bob)).toBe(1);
    await ada.rest.delete(`/messages/${room}.5`);
    expect([await unreadOf(bob), await unreadOf(carl)]).toEqual([1, 2]);
    await bob.rest.delete(`/messages/${room}.3?for=me`);
    await mark(bob, "read", 5);
    await say(ada, room, "message 6");
    expect([await unreadOf(bob), await unreadOf(carl)]).toEqual([1, 3]);
  });

  it("[M8] one's own are never unread, from whichever device", async () => {
    await sayFive();
    expect(await unreadOf(ada)).toBe(0);
    expect(await viewRoom(ada, room)).toMatchObject({ read_sequence: 5 });
  });

  it("are told for all rooms at once, the most active first; rooms with nothing unread are left out", async () => {
    const dora = await server.person("dora");
    const [first, second] = [await makeGroup(ada, ["dora"]), await makeGroup(ada, ["dora"])];
    await makeGroup(ada, ["dora"]);
    await say(ada, first, "one", { meta_data: { mentions: ["dora"] } });
    for (const content of ["one", "two"]) await say(ada, second, content);
    const unread = (await dora.rest.get("/unread-count")).body.data;
    expect(unread).toEqual({
      total_unread: 3,
      rooms: [
        { room_id: second, unread_count: 2, mention_count: 0 },
        { room_id: first, unread_count: 1, mention_count: 1 },
      ],
    });
    expect((await ask(await server.socket(dora), "unread:get", {})).data).toEqual(unread);
  });
});

describe("a message's status", () => {
  it("[M9] is delivered, or read, when all others have received, or read it; only its sender is told", async () => {
    const { id } = await say(ada, room, "hello");
    const seen = [(await viewMessage(ada, id)).status];
    for (const [person, kind] of [
      [bob, "delivered"],
      [carl, "read"],
      [bob, "read"],
    ] as const) {
      await mark(person, kind, 1);
      seen.push((await viewMessage(ada, id)).status);
    }
    expect(seen).toEqual(["sent", "sent", "delivered", "read"]);
    expect(await viewMessage(bob, id)).not.toHaveProperty("status");
  });

  it("[M9] counts the members who are present: one who goes is not waited for, one who comes has read", async () => {
    const { id } = await say(ada, room, "hello");
    await mark(bob, "read", 1);
    await carl.rest.post(`/rooms/${room}/leave`);
    expect(await viewMessage(ada, id)).toMatchObject({ status: "read" });
    await ada.rest.post(`/rooms/${room}/members`, { user_id: "eve" });
    expect(await viewMessage(ada, id)).toMatchObject({ status: "read" });
    expect((await viewRoom(ada, room)).last_message).toMatchObject({ message_type: "system" });
    const later = await say(ada, room, "and now?");
    expect(await viewMessage(ada, later.id)).toMatchObject({ status: "sent" });
  });

  it("[M9] in a direct room depends on the other; where there is no other, it stays sent", async () => {
    const direct = await makeDirect(ada, "bob");
    const { id } = await say(ada, direct, "hello");
    await say(bob, direct, "hi");
    expect(await viewMessage(ada, id)).toMatchObject({ status: "read" });
    const note = await say(ada, await makeDirect(ada, "ada"), "buy milk");
    expect(await viewMessage(ada, note.id)).toMatchObject({ status: "sent" });
  });
});
