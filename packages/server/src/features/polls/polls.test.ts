/** Polls: votes, their counts, and their end. */
import type { Poll } from "@pipit/protocol/models/content";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createFakeClock } from "../../../test/setup/fake-clock.ts";
import { ask, listenTo } from "../../../test/setup/listening.ts";
import { codeOf, makeDirect, makeGroup, say, viewMessage, viewRoom } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";

const clock = createFakeClock();
let server: TestServer;
let other: TestServer;
let ada: Person;
let bob: Person;
let carl: Person;
let eve: Person;
let room: string;

beforeAll(async () => {
  server = await startTestServer({ clock });
  other = await startTestServer({ clock, databaseUrl: server.databaseUrl });
  [ada, bob, carl, eve] = (await Promise.all(["ada", "bob", "carl", "eve"].map((id) => server.person(id)))) as [
    Person,
    Person,
    Person,
    Person,
  ];
});
afterAll(async () => {
  await other.close();
  await server.close();
});
beforeEach(async () => {
  room = await makeGroup(ada, ["bob", "carl"]);
});

const options = ["sea", "hills", "home"];

async function askAll(given: object = {}, person = bob, roomId = room): Promise<string> {
  const meta_data = { poll: { question: "Where to?", options, ...given } };
  return (await say(person, roomId, "", { meta_data })).id;
}

function vote(person: Person, id: string, optionIds: unknown) {
  // Voters are listed by when they voted.
  clock.pass(1);
  return person.rest.put(`/messages/${id}/vote`, { option_ids: optionIds });
}

async function viewPoll(person: Person, id: string): Promise<Poll> {
  const { poll } = (await viewMessage(person, id)).meta_data;
  if (!poll) throw new Error("there is no poll");
  return poll;
}

function countsOf(poll: Poll): number[] {
  return [...poll.options.map((option) => option.vote_count), poll.voter_count];
}

async function query<Row extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<Row[]> {
  const database = new pg.Client(server.databaseUrl);
  await database.connect();
  try {
    return (await database.query<Row>(text, values)).rows;
  } finally {
    await database.end();
  }
}

describe("[M16] a vote", () => {
  it("takes the place of the one before; none takes it back", async () => {
    const id = await askAll();
    const first = (await vote(carl, id, [0])).body.data;
    expect(first).toMatchObject({ message_id: id, is_changed: true });
    expect(countsOf(first.poll)).toEqual([1, 0, 0, 1]);
    expect(countsOf((await vote(carl, id, [2])).body.data.poll)).toEqual([0, 0, 1, 1]);
    expect(countsOf((await vote(ada, id, [2])).body.data.poll)).toEqual([0, 0, 2, 2]);
    expect((await viewPoll(ada, id)).options[2]).toEqual({
      id: 2,
      text: "home",
      vote_count: 2,
      user_ids: ["carl", "ada"],
      voted_by_me: true,
    });
    expect((await viewPoll(bob, id)).options[2]).toMatchObject({ vote_count: 2, voted_by_me: false });
    expect(countsOf((await vote(carl, id, [])).body.data.poll)).toEqual([0, 0, 1, 1]);
  });

  it("again changes nothing and is told to nobody, in whatever order it names the options", async () => {
    const id = await askAll({ is_multiple: true });
    const { change, poll } = (await vote(carl, id, [2, 0])).body.data;
    expect(countsOf(poll)).toEqual([1, 0, 1, 1]);
    const before = await viewRoom(ada, room);
    const listener = listenTo(await server.socket(ada));
    expect((await vote(carl, id, [0, 2])).body.data).toEqual({ message_id: id, poll, change, is_changed: false });
    expect((await vote(ada, id, [])).body.data).toMatchObject({ change, is_changed: false });
    expect(await listener.settle()).toEqual([]);
    expect(await viewRoom(ada, room)).toEqual(before);
  });

  it("names options that there are, each once, and one only unless several may be chosen", async () => {
    const [single, multiple] = [await askAll(), await askAll({ is_multiple: true })];
    for (const ids of [[3], [0, 1], [0, 0], [-1], [0.5], ["0"], [2 ** 40], "0", null, undefined]) {
      const reply = await vote(carl, single, ids);
      expect([codeOf(reply), reply.body.details?.[0].path.split(".")[0]], `${ids}`).toEqual([
        "invalid_request",
        "option_ids",
      ]);
    }
    expect(codeOf(await vote(carl, multiple, [0, 1, 2]))).toBe("ok");
    expect(codeOf(await vote(carl, multiple, [0, 3]))).toBe("invalid_request");
    expect(countsOf(await viewPoll(ada, single))).toEqual([0, 0, 0, 0]);
  });

  it("[G9] is for those who can see the poll, in a poll", async () => {
    const id = await askAll();
    const twin = await server.person("bob", "elsewhere");
    for (const person of [eve, twin]) {
      expect(codeOf(await vote(person, id, [0]))).toBe("not_found");
      expect(codeOf(await person.rest.post(`/messages/${id}/close`))).toBe("not_found");
      expect(codeOf(await person.rest.get(`/messages/${id}/votes`))).toBe("not_found");
    }
    await carl.rest.delete(`/messages/${id}?for=me`);
    expect(codeOf(await vote(carl, id, [0]))).toBe("not_found");
    const text = await say(ada, room, "no poll");
    expect(codeOf(await vote(bob, text.id, [0]))).toBe("conflict");
    expect(codeOf(await ada.rest.post(`/messages/${text.id}/close`))).toBe("conflict");
    expect(codeOf(await bob.rest.get(`/messages/${text.id}/votes`))).toBe("conflict");
    expect(codeOf(await vote(bob, `${room}.99`, [0]))).toBe("not_found");
    expect(codeOf(await vote(bob, "nonsense", [0]))).toBe("not_found");
  });

  it("may be cast where only admins send", async () => {
    await ada.rest.patch(`/rooms/${room}`, { settings: { who_can_send: "admins" } });
    expect(codeOf(await vote(carl, await askAll({}, ada), [0]))).toBe("ok");
  });

  it("stays when its voter leaves", async () => {
    const id = await askAll();
    await vote(carl, id, [1]);
    await carl.rest.post(`/rooms/${room}/leave`);
    expect(codeOf(await vote(carl, id, [0]))).toBe("not_found");
    expect((await viewPoll(ada, id)).options[1]).toMatchObject({ vote_count: 1, user_ids: ["carl"] });
    expect((await ada.rest.get(`/messages/${id}/votes`)).body.data).toMatchObject([{ user_id: "carl" }]);
  });
});

describe("[M16] is told", () => {
  it("[W7][W8] to the room's other sockets, the same to all, with a change that sync brings", async () => {
    const id = await askAll();
    const asking = listenTo(await server.socket(carl));
    const others = [listenTo(await server.socket(carl)), listenTo(await server.socket(ada))];
    const { last_change } = await viewRoom(ada, room);
    const reply = await ask(asking.socket, "poll:vote", { message_id: id, option_ids: [1] });
    expect(reply.data).toMatchObject({ change: last_change + 1, is_changed: true });
    expect(reply.data.poll.options[1].voted_by_me).toBe(true);
    await ask(asking.socket, "poll:vote", { message_id: id, option_ids: [] });
    await ada.rest.post(`/messages/${id}/close`);
    for (const listener of [asking, ...others]) await listener.settle();
    const fact = { room_id: room, message_id: id };
    const voted = {
      ...reply.data.poll,
      options: reply.data.poll.options.map((option: object) => ({ ...option, voted_by_me: false })),
    };
    for (const listener of others) {
      const [first, second, third] = listener.of("message:poll:update");
      expect(first).toEqual({ ...fact, change: last_change + 1, user_id: "carl", option_ids: [1], poll: voted });
      expect(second).toMatchObject({ ...fact, change: last_change + 2, option_ids: [], poll: { voter_count: 0 } });
      expect(third).toMatchObject({ ...fact, change: last_change + 3, user_id: "ada" });
      expect(third).not.toHaveProperty("option_ids");
    }
    expect(asking.of("message:poll:update")).toHaveLength(1);
    const body = { room_id: room, since_change: last_change };
    const { messages } = (await bob.rest.post("/sync/messages", body)).body.data;
    expect(messages).toEqual([await viewMessage(bob, id)]);
    expect(messages[0]).toMatchObject({
      change: last_change + 3,
      meta_data: { poll: { closed_at: expect.any(String) } },
    });
  });

  it("to nobody but its sender, if the poll is withheld from the other of a direct room", async () => {
    const direct = await makeDirect(bob, "eve");
    await query("update members set blocked_by_peer = true where room_id = $1 and user_id = 'bob'", [direct]);
    const own = listenTo(await server.socket(bob));
    const peer = listenTo(await server.socket(eve));
    const id = await askAll({}, bob, direct);
    expect(codeOf(await vote(bob, id, [0]))).toBe("ok");
    expect(codeOf(await vote(eve, id, [0]))).toBe("not_found");
    await own.settle();
    expect(own.of("message:poll:update")).toHaveLength(1);
    expect(await peer.settle()).toEqual([]);
  });
});

describe("[M17] closing", () => {
  it("is for its sender and for admins, once and for good", async () => {
    const id = await askAll();
    await vote(carl, id, [1]);
    expect(codeOf(await carl.rest.post(`/messages/${id}/close`))).toBe("forbidden");
    clock.pass(60);
    const closed = (await bob.rest.post(`/messages/${id}/close`)).body.data;
    const closedAt = clock.now().toISOString();
    expect(closed).toMatchObject({ is_changed: true, poll: { closed_at: closedAt, voter_count: 1 } });
    clock.pass(60);
    const again = (await ada.rest.post(`/messages/${id}/close`)).body.data;
    expect(again).toMatchObject({ is_changed: false, change: closed.change, poll: { closed_at: closedAt } });
    for (const optionIds of [[0], [1], []]) expect(codeOf(await vote(carl, id, optionIds))).toBe("gone");
    expect(countsOf(await viewPoll(carl, id))).toEqual([0, 1, 0, 1]);
    expect(codeOf(await ada.rest.post(`/messages/${await askAll()}/close`))).toBe("ok");
  });

  it("in a direct room is for the sender alone", async () => {
    const id = await askAll({}, bob, await makeDirect(ada, "bob"));
    expect(codeOf(await ada.rest.post(`/messages/${id}/close`))).toBe("forbidden");
    expect(codeOf(await bob.rest.post(`/messages/${id}/close`))).toBe("ok");
  });

  it("[M2] a deleted poll has no votes, and takes none", async () => {
    const id = await askAll();
    await vote(carl, id, [1]);
    await bob.rest.delete(`/messages/${id}`);
    expect(await query("select 1 from poll_votes where room_id = $1", [room])).toEqual([]);
    expect((await viewMessage(ada, id)).meta_data).toEqual({});
    expect(codeOf(await vote(carl, id, [1]))).toBe("gone");
    expect(codeOf(await ada.rest.post(`/messages/${id}/close`))).toBe("gone");
    expect(codeOf(await carl.rest.get(`/messages/${id}/votes`))).toBe("gone");
  });
});

describe("[M16] of twenty-five voters", () => {
  it("at once, on two servers, with changes of mind, the count is that of the table", async () => {
    const ids = Array.from({ length: 25 }, (_, n) => `voter-${String(n).padStart(2, "0")}`);
    const crowd = await Promise.all(ids.map((id, n) => (n % 2 === 0 ? server : other).person(id)));
    const big = await makeGroup(ada, ids);
    const id = await askAll({ is_multiple: true }, ada, big);
    const before = await viewRoom(ada, big);
    const replies = await Promise.all(
      crowd.flatMap((person, n) => [
        vote(person, id, [n % 3]),
        vote(person, id, n % 5 === 0 ? [] : [(n + 1) % 3, n % 3]),
      ]),
    );
    expect(replies.map(codeOf).filter((code) => code !== "ok")).toEqual([]);
    const rows = await query<{ options: number[] }>("select options from poll_votes where room_id = $1", [big]);
    const counted = [0, 1, 2].map((option) => rows.filter((row) => row.options.includes(option)).length);
    expect(countsOf(await viewPoll(ada, id))).toEqual([...counted, rows.length]);
    // Every change of mind has a change of the room's own, and the one that came last is the message's.
    const changes = replies.flatMap(({ body: { data } }) => (data.is_changed ? [data.change] : []));
    expect(changes.sort((a, b) => a - b)).toEqual(changes.map((_, n) => before.last_change + 1 + n));
    expect((await viewMessage(ada, id)).change).toBe(changes.at(-1));
  });

  it("[G11] twenty are named, all are counted, and the list of votes has pages", async () => {
    const ids = Array.from({ length: 25 }, (_, n) => `voter-${String(n).padStart(2, "0")}`);
    const crowd = await Promise.all(ids.map((id) => server.person(id)));
    const big = await makeGroup(ada, ids);
    const id = await askAll({}, ada, big);
    const order = crowd.toReversed();
    for (const person of order) await vote(person, id, [1]);
    expect((await viewPoll(ada, id)).options[1]).toMatchObject({
      vote_count: 25,
      user_ids: order.slice(0, 20).map((person) => person.id),
    });
    const listed: { user_id: string; option_ids: number[]; voted_at: string }[] = [];
    let cursor = "";
    do {
      const { data, pagination } = (await ada.rest.get(`/messages/${id}/votes?limit=10${cursor}`)).body;
      listed.push(...data);
      cursor = pagination.has_more ? `&cursor=${pagination.next_cursor}` : "";
    } while (cursor !== "");
    expect(listed.map((entry) => entry.user_id)).toEqual(ids);
    expect(listed[0]).toEqual({ user_id: "voter-00", option_ids: [1], voted_at: clock.now().toISOString() });
    expect(codeOf(await ada.rest.get(`/messages/${id}/votes?cursor=nonsense`))).toBe("invalid_request");
  });
});
