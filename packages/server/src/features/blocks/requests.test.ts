/** Message requests: a room that somebody has begun who may not message the user waits to be accepted. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Listener, listenTo } from "../../../test/setup/listening.ts";
import { codeOf, makeDirect, makeGroup, readHistory, say, viewMessage, viewRoom } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";

let server: TestServer;
let ann: Person;
let bea: Person;
let tests = 0;

beforeAll(async () => {
  server = await startTestServer({ databasePoolSize: 6 });
});
afterAll(() => server.close());

beforeEach(async () => {
  tests += 1;
  [ann, bea] = await Promise.all([server.person(`ann-${tests}`), server.person(`bea-${tests}`)]);
});

async function keepOut(messages: string): Promise<void> {
  expect(codeOf(await bea.rest.patch("/users/me/privacy", { messages }))).toBe("ok");
}

async function listen(person: Person): Promise<Listener> {
  return listenTo(await server.socket(person));
}

async function isRequest(room: string): Promise<boolean> {
  return (await viewRoom(bea, room)).is_request;
}

async function accept(room: string) {
  return (await bea.rest.patch(`/rooms/${room}/preferences`, { is_request: false })).body.data;
}

async function markRead(person: Person, room: string, upTo: number): Promise<void> {
  await person.rest.post(`/rooms/${room}/receipts`, { kind: "read", up_to_sequence: upTo });
}

describe("a direct room is a request", () => {
  it.each([
    ["everyone", false, false],
    ["everyone", true, false],
    ["shared_rooms", false, true],
    ["shared_rooms", true, false],
    ["nobody", false, true],
    ["nobody", true, true],
  ] as const)("[B6] by the setting %s, with a room that both share (%s): %s", async (setting, shares, expected) => {
    await keepOut(setting);
    if (shares) await makeGroup(ann, [bea.id]);
    const listener = await listen(bea);
    const room = await makeDirect(ann, bea.id);
    await listener.settle();
    expect(listener.of("room:created")).toMatchObject([{ is_request: expected, preferences_change: 0 }]);
    expect(await isRequest(room)).toBe(expected);
    const { rooms } = (await bea.rest.post("/sync/chats", {})).body.data;
    expect(rooms.find(({ id }: { id: string }) => id === room)).toMatchObject({ is_request: expected });
    expect(await viewRoom(ann, room)).toMatchObject({ is_request: false });
  });

  it("[B6] not by a room that was closed, or left", async () => {
    await keepOut("shared_rooms");
    const closed = await makeGroup(ann, [bea.id]);
    await ann.rest.delete(`/rooms/${closed}`);
    const left = await makeGroup(bea, [ann.id]);
    await ann.rest.post(`/rooms/${left}/leave`);
    expect(await isRequest(await makeDirect(ann, bea.id))).toBe(true);
  });

  it("[B6] only if it is new: one that is there stays what it is; nor is one's own, or the place for notes", async () => {
    const room = await makeDirect(ann, bea.id);
    await keepOut("nobody");
    expect(await makeDirect(ann, bea.id)).toBe(room);
    expect(await isRequest(room)).toBe(false);
    const carl = await server.person(`carl-${tests}`);
    expect(await isRequest(await makeDirect(bea, carl.id))).toBe(false);
    expect(await isRequest(await makeDirect(bea, bea.id))).toBe(false);
  });
});

describe("a request", () => {
  let room: string;

  beforeEach(async () => {
    await keepOut("nobody");
    room = await makeDirect(ann, bea.id);
  });

  it("[B6][G8] can be read, and not be answered before it is accepted", async () => {
    await say(ann, room, "hello");
    expect(await readHistory(bea, room)).toMatchObject([{ content: "hello" }]);
    expect(await viewRoom(bea, room)).toMatchObject({ unread_count: 1 });
    const refused = await bea.rest.post(`/rooms/${room}/messages`, { content: "who are you?" });
    expect(codeOf(refused)).toBe("forbidden");
    expect(refused.body.error).toContain("Accept the request");
    await accept(room);
    expect(await say(bea, room, "who are you?")).toMatchObject({ sequence_number: 2 });
  });

  it("[B6][A1] accepting is private: the user's other sockets hear of it, and not who began it; twice is once", async () => {
    const [own, foreign] = [await listen(bea), await listen(ann)];
    const accepted = await accept(room);
    expect(accepted).toMatchObject({ is_request: false, account_change: expect.any(Number) });
    expect(await accept(room)).toEqual(accepted);
    expect(codeOf(await bea.rest.patch(`/rooms/${room}/preferences`, { is_request: true }))).toBe("invalid_request");
    for (const listener of [own, foreign]) await listener.settle();
    expect(own.of("account:update")).toMatchObject([{ kind: "preferences", preferences: { is_request: false } }]);
    expect(foreign.heard).toEqual([]);
    const { account } = (await bea.rest.post("/sync/chats", {})).body.data;
    expect(account.preferences).toMatchObject([accepted]);
  });

  it("[B6] is accepted by beginning the room oneself", async () => {
    expect(await makeDirect(bea, ann.id)).toBe(room);
    expect(await viewRoom(bea, room)).toMatchObject({ is_request: false });
    await say(bea, room, "hello");
  });

  it("[B6] what is read in it is not shared, and by accepting it neither; what is read after that is", async () => {
    const { id } = await say(ann, room, "hello");
    const foreign = await listen(ann);
    await markRead(bea, room, 1);
    await accept(room);
    await foreign.settle();
    expect(foreign.of("message:delivered:update")).toMatchObject([{ user_id: bea.id, up_to_sequence: 1 }]);
    expect(foreign.of("message:seen:update")).toEqual([]);
    expect(await viewMessage(ann, id)).toMatchObject({ status: "delivered" });
    expect((await ann.rest.get(`/messages/${id}/info`)).body.data).toMatchObject({ seen_by: [] });
    await say(ann, room, "are you there?");
    await markRead(bea, room, 2);
    expect(await viewMessage(ann, id)).toMatchObject({ status: "read" });
  });

  it("[B6] what the one who began it reads is shared", async () => {
    await say(ann, room, "hello");
    const foreign = await listen(bea);
    await say(ann, room, "are you there?");
    await accept(room);
    const { id } = await say(bea, room, "yes");
    await markRead(ann, room, 3);
    await foreign.settle();
    expect(foreign.of("message:seen:update")).toMatchObject([{ user_id: ann.id, up_to_sequence: 3 }]);
    expect(await viewMessage(bea, id)).toMatchObject({ status: "read" });
  });

  it("[B6] is declined by a block: the one who began it sees no difference", async () => {
    await bea.rest.put(`/users/${ann.id}/block`);
    expect(await say(ann, room, "hello")).toMatchObject({ status: "sent" });
    expect(await readHistory(bea, room)).toEqual([]);
  });

  it("[B5][B6] of a blocked one is hidden, and still a request when the block is lifted", async () => {
    const carl = await server.person(`carl-${tests}`);
    await bea.rest.put(`/users/${carl.id}/block`);
    const other = await makeDirect(carl, bea.id);
    await bea.rest.delete(`/users/${carl.id}/block`);
    await say(carl, other, "hello");
    expect(await viewRoom(bea, other)).toMatchObject({ is_request: true, unread_count: 1 });
  });
});
