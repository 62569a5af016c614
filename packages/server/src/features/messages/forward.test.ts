/** Forwarding: a message of one's own in each room, with word of who said it first. */
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ask, listenTo } from "../../../test/setup/listening.ts";
import { codeOf, makeDirect, makeGroup, say, viewMessage } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";
import { upload } from "../../../test/setup/upload.ts";

let server: TestServer;
let ada: Person;
let bob: Person;
let carl: Person;
let eve: Person;
let source: string;

beforeAll(async () => {
  server = await startTestServer();
  [ada, bob, carl, eve] = await Promise.all([
    server.person("ada"),
    server.person("bob"),
    server.person("carl"),
    server.person("eve"),
  ]);
  await ada.rest.patch("/users/me", { name: "Ada Lovelace" });
});
afterAll(() => server.close());
beforeEach(async () => {
  source = await makeGroup(ada, ["bob"]);
});

type Forwarded = { forwarded_count: number; message_ids: string[]; failed: { room_id: string; code: string }[] };

async function forward(person: Person, messageId: string, targets: string[], given: object = {}): Promise<Forwarded> {
  const reply = await person.rest.post(`/messages/${messageId}/forward`, { target_room_ids: targets, ...given });
  expect(codeOf(reply)).toBe("ok");
  return reply.body.data;
}

async function refuse(person: Person, messageId: string, targets: string[]): Promise<string> {
  return codeOf(await person.rest.post(`/messages/${messageId}/forward`, { target_room_ids: targets }));
}

function makeGroups(person: Person, count: number): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, () => makeGroup(person)));
}

describe("[M14] a forwarded message", () => {
  it("is one's own, names who said it first, and counts on the original", async () => {
    const { id } = await say(ada, source, "news for @bob", {
      meta_data: { mentions: ["bob"] },
      client_message_id: "1",
    });
    await bob.rest.post(`/messages/${id}/reactions/${encodeURIComponent("👍")}`);
    const [first = "", second = ""] = await makeGroups(bob, 2);
    const heard = listenTo(await server.socket(ada));
    const result = await forward(bob, id, [first, second, first]);
    expect(result).toMatchObject({ forwarded_count: 2, failed: [] });
    const [copy, other] = await Promise.all(result.message_ids.map((message) => viewMessage(bob, message)));
    expect([copy?.room_id, other?.room_id]).toEqual([first, second]);
    expect(copy).toMatchObject({
      sender_id: "bob",
      content: "news for @bob",
      client_message_id: null,
      reactions: [],
      forwarded_from: id,
      forwarded_count: 0,
    });
    const info = { original_sender_id: "ada", original_sender_name: "Ada Lovelace", forward_chain_length: 1 };
    expect(copy?.meta_data).toEqual({ forward_info: info });
    const original = await viewMessage(ada, id);
    expect(original).toMatchObject({ forwarded_count: 2, content: "news for @bob", is_edited: false });
    await heard.settle();
    expect(heard.of("message:edit:update")).toMatchObject([{ id, forwarded_count: 2, change: original.change }]);
    expect(heard.of("message:receive")).toEqual([]);
  });

  it("keeps the first sender's name, and the chain grows", async () => {
    const { id } = await say(ada, source, "once upon a time");
    let last = id;
    for (let length = 1; length <= 3; length += 1) {
      const [room = ""] = await makeGroups(bob, 1);
      const { message_ids } = await forward(bob, last, [room]);
      const copy = await viewMessage(bob, message_ids[0] ?? "");
      expect(copy.forwarded_from).toBe(last);
      expect(copy.meta_data.forward_info).toMatchObject({ original_sender_id: "ada", forward_chain_length: length });
      last = copy.id;
    }
  });

  it("carries the medium, which stays when the original is deleted, and goes with the last", async () => {
    const medium = await upload(ada);
    const { id } = await say(ada, source, "", { upload_id: medium.id });
    const room = await makeGroup(bob, ["carl"]);
    const { message_ids } = await forward(bob, id, [room]);
    const copy = message_ids[0] ?? "";
    await ada.rest.delete(`/messages/${id}`);
    expect(await viewMessage(carl, copy)).toMatchObject({ message_type: "file", media: { upload_id: medium.id } });
    expect(codeOf(await carl.rest.get(`/media/${medium.id}`))).toBe("ok");
    expect(codeOf(await eve.rest.get(`/media/${medium.id}`))).toBe("not_found");
    await bob.rest.delete(`/messages/${copy}`);
    expect(codeOf(await carl.rest.get(`/media/${medium.id}`))).toBe("not_found");
  });

  it("[G3] is there once, however often it is asked for with a client id", async () => {
    const { id } = await say(ada, source, "once");
    const rooms = await makeGroups(bob, 2);
    const given = { client_message_id: "f-1" };
    const results = await Promise.all([1, 2, 3].map(() => forward(bob, id, rooms, given)));
    expect(new Set(results.map((result) => result.message_ids.join())).size).toBe(1);
    expect((await viewMessage(ada, id)).forwarded_count).toBe(2);
    const { id: another } = await say(ada, source, "another");
    const again = await forward(bob, another, rooms, given);
    expect(again).toEqual({
      forwarded_count: 0,
      message_ids: [],
      failed: rooms.map((room_id) => ({ room_id, code: "conflict" })),
    });
  });

  it("[G3] is answered anew when it is asked for again, whatever has become of the original", async () => {
    const { id } = await say(ada, source, "lost answer");
    const rooms = await makeGroups(bob, 5);
    const first = await forward(bob, id, rooms, { client_message_id: "again" });
    expect(await forward(bob, id, rooms, { client_message_id: "again" })).toEqual(first);
    await ada.rest.delete(`/messages/${id}`);
    await bob.rest.post(`/rooms/${source}/leave`);
    expect(await forward(bob, id, rooms, { client_message_id: "again" })).toEqual(first);
    expect(codeOf(await bob.rest.post(`/messages/${id}/forward`, { target_room_ids: rooms }))).toBe("not_found");
  });

  it("tells what became of each room, and writes each wholly or not at all", async () => {
    const { id } = await say(ada, source, "to whom it concerns");
    const news = await makeGroup(ada, ["bob"], { type: "channel", name: "News" });
    const foreign = await makeGroup(carl);
    const left = await makeGroup(ada, ["bob"]);
    await bob.rest.post(`/rooms/${left}/leave`);
    const own = await makeGroup(bob);
    const socket = await server.socket(bob);
    const input = { message_id: id, target_room_ids: [news, own, foreign, left, "nonsense"] };
    const { data } = await ask(socket, "message:forward", input);
    expect(data).toMatchObject({ forwarded_count: 1, message_ids: [`${own}.1`] });
    expect(data.failed).toEqual([
      { room_id: news, code: "forbidden" },
      ...[foreign, left, "nonsense"].map((room_id) => ({ room_id, code: "not_found" })),
    ]);
    expect((await viewMessage(ada, id)).forwarded_count).toBe(1);
  });
});

describe("[M14] forwarding is refused", () => {
  const cases: [rule: string, act: () => Promise<string>, code: string][] = [
    [
      "to six rooms",
      async () => refuse(bob, (await say(ada, source, "x")).id, await makeGroups(bob, 6)),
      "invalid_request",
    ],
    ["to no room", async () => refuse(bob, (await say(ada, source, "x")).id, []), "invalid_request"],
    [
      "of a message that one can't see",
      async () => refuse(eve, (await say(ada, source, "x")).id, [source]),
      "not_found",
    ],
    ["of what is no message", async () => refuse(eve, "nothing", [source]), "not_found"],
    [
      "of a system message",
      async () => {
        await ada.rest.patch(`/rooms/${source}`, { name: "New name" });
        return refuse(bob, `${source}.1`, [source]);
      },
      "forbidden",
    ],
    [
      "of a deleted message",
      async () => {
        const { id } = await say(ada, source, "x");
        await ada.rest.delete(`/messages/${id}`);
        return refuse(bob, id, [source]);
      },
      "gone",
    ],
    [
      "of one that one has hidden",
      async () => {
        const { id } = await say(ada, source, "x");
        await bob.rest.delete(`/messages/${id}?for=me`);
        return refuse(bob, id, [source]);
      },
      "not_found",
    ],
    [
      "to two rooms, of one that was forwarded to five",
      async () => {
        const { id } = await say(ada, source, "x");
        await forward(bob, id, await makeGroups(bob, 5));
        const [one = "", ...rest] = await makeGroups(bob, 2);
        expect(await forward(bob, id, [one])).toMatchObject({ forwarded_count: 1 });
        return refuse(bob, id, [one, ...rest]);
      },
      "invalid_request",
    ],
    [
      "to two rooms, of one that came here by five forwards",
      async () => {
        let { id } = await say(ada, source, "x");
        const room = await makeGroup(bob);
        for (let n = 0; n < 5; n += 1) [id = ""] = (await forward(bob, id, [room])).message_ids;
        return refuse(bob, id, await makeGroups(bob, 2));
      },
      "invalid_request",
    ],
  ];
  it.each(cases)("%s", async (_, act, code) => {
    expect(await act()).toBe(code);
  });
});

it("[M14][G8] who is removed from the source while forwarding, forwards before it or not at all", async () => {
  const target = await makeGroup(bob);
  for (let n = 0; n < 20; n += 1) {
    const room = await makeGroup(ada, ["bob"]);
    const { id } = await say(ada, room, "secret");
    const [result] = await Promise.all([
      bob.rest.post(`/messages/${id}/forward`, { target_room_ids: [target] }),
      ada.rest.delete(`/rooms/${room}/members/bob`),
    ]);
    const { forwarded_count } = await viewMessage(ada, id);
    const done = result.body.success ? result.body.data.forwarded_count : 0;
    expect(forwarded_count).toBe(done);
    expect(codeOf(await bob.rest.post(`/messages/${id}/forward`, { target_room_ids: [target] }))).toBe("not_found");
  }
});

it("[G9] of an older message, those whose history begins later hear nothing", async () => {
  const room = await makeGroup(ada, ["bob"], { settings: { history_visible_to_new_members: false } });
  const { id } = await say(ada, room, "the old secret");
  await ada.rest.post(`/rooms/${room}/members`, { user_id: "carl" });
  const [of, old] = [listenTo(await server.socket(carl)), listenTo(await server.socket(ada))];
  await forward(bob, id, [await makeGroup(bob)]);
  await bob.rest.post(`/messages/${id}/reactions/${encodeURIComponent("👍")}`);
  await ada.rest.put(`/messages/${id}`, { content: "the old secret, @all and @carl" });
  expect(await of.settle()).toEqual([]);
  expect(await old.settle()).toEqual(["message:edit:update", "message:reaction:update", "message:edit:update"]);
  expect((await viewMessage(bob, id)).meta_data).toEqual({ mentions_all: true });
});

it("[M14][G12] what a process that died did not count is counted by a job", async () => {
  const { id, sequence_number } = await say(ada, source, "counted");
  await forward(bob, id, [await makeDirect(bob, "carl")]);
  const database = new pg.Client(server.databaseUrl);
  await database.connect();
  try {
    const place = [source, sequence_number];
    await database.query("update messages set forwarded_count = 0 where room_id = $1 and sequence = $2", place);
    const due = "update jobs set run_at = now() where kind = 'messages.forwarded' and payload ->> 'roomId' = $1";
    expect((await database.query(due, [source])).rowCount).toBe(1);
  } finally {
    await database.end();
  }
  // It makes another job due, which wakes the jobs.
  await forward(bob, (await say(ada, source, "other")).id, [await makeGroup(bob)]);
  await expect.poll(async () => (await viewMessage(ada, id)).forwarded_count, { timeout: 10_000 }).toBe(1);
});
