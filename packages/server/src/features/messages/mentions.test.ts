/** Mentions: members whom a message calls by name. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ask, listenTo } from "../../../test/setup/listening.ts";
import { codeOf, makeGroup, say, viewMessage, viewRoom } from "../../../test/setup/talk.ts";
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

const naming = (...mentions: string[]) => ({ meta_data: { mentions } });

describe("mentions", () => {
  it("[M6] count if they name a member, each once", async () => {
    const { id } = await say(ada, room, "hi", naming("bob", "eve", "nobody", "bob"));
    expect((await viewMessage(carl, id)).meta_data.mentions).toEqual(["bob"]);
    expect(await viewRoom(bob, room)).toMatchObject({ mention_count: 1, unread_count: 1 });
    expect(await viewRoom(carl, room)).toMatchObject({ mention_count: 0, unread_count: 1 });
    expect((await eve.rest.get("/unread-count")).body.data).toEqual({ total_unread: 0, rooms: [] });
  });

  it("[M6] who left, or was removed, is none; who returned is one again", async () => {
    await carl.rest.post(`/rooms/${room}/leave`);
    const gone = await say(ada, room, "carl?", naming("carl"));
    expect((await viewMessage(ada, gone.id)).meta_data.mentions).toBeUndefined();
    await ada.rest.post(`/rooms/${room}/members`, { user_id: "carl" });
    expect(await viewRoom(carl, room)).toMatchObject({ mention_count: 0 });
    await say(ada, room, "carl!", naming("carl"));
    expect(await viewRoom(carl, room)).toMatchObject({ mention_count: 1 });
  });

  it("[M6] those mentioned are told, on all their devices, and nobody else", async () => {
    await ada.rest.patch("/users/me", { name: "Ada Lovelace" });
    const devices = await Promise.all([bob, bob, carl, eve, ada].map((person) => server.socket(person)));
    const listeners = devices.map(listenTo);
    const content = `${"é".repeat(99)}🎉 and what is cut off`;
    const { id } = await say(ada, room, content, naming("bob", "eve"));
    for (const listener of listeners) await listener.settle();
    const told = {
      roomId: room,
      messageId: id,
      mentionedBy: "ada",
      mentionedByName: "Ada Lovelace",
      content: `${"é".repeat(99)}🎉`,
    };
    expect(listeners.map((listener) => listener.of("notification:mention"))).toEqual([[told], [told], [], [], []]);
  });

  it("[M6][G3] a resend tells nobody again", async () => {
    const listener = listenTo(await server.socket(bob));
    const body = { ...naming("bob"), client_message_id: "c" };
    for (let n = 0; n < 2; n += 1) await say(ada, room, "bob!", body);
    expect(await listener.settle()).toEqual(["message:receive", "notification:mention"]);
    expect(await viewRoom(bob, room)).toMatchObject({ mention_count: 1 });
  });

  it("[M6] of oneself counts for nothing, and one is not told", async () => {
    const listener = listenTo(await server.socket(ada));
    await say(ada, room, "me, myself", naming("ada"));
    expect(await listener.settle()).toEqual(["message:receive"]);
    expect(await viewRoom(ada, room)).toMatchObject({ mention_count: 0, unread_count: 0 });
  });

  it("[G7] are no longer counted when they have been read, hidden, or deleted", async () => {
    const sent = [];
    for (const content of ["one", "two", "three"]) sent.push(await say(ada, room, content, naming("bob")));
    await ada.rest.delete(`/messages/${sent[2]?.id}`);
    expect(await viewRoom(bob, room)).toMatchObject({ mention_count: 2, unread_count: 2 });
    await bob.rest.delete(`/messages/${sent[1]?.id}?for=me`);
    expect(await viewRoom(bob, room)).toMatchObject({ mention_count: 1, unread_count: 1 });
    await bob.rest.put(`/messages/${sent[0]?.id}/seen`);
    expect(await viewRoom(bob, room)).toMatchObject({ mention_count: 0, unread_count: 0 });
  });

  it("[G11] a message names at most fifty", async () => {
    const many = Array.from({ length: 51 }, (_, n) => `user-${n}`);
    const reply = await ada.rest.post(`/rooms/${room}/messages`, { content: "all of you", ...naming(...many) });
    expect(codeOf(reply)).toBe("invalid_request");
  });
});

describe("[M6] a text that calls", () => {
  const cases: [content: string, mentioned: string[] | undefined][] = [
    ["hi @bob", ["bob"]],
    ["@BOB: and @carl.", ["bob", "carl"]],
    ["@[bob] and @[eve] and @[nobody]", ["bob"]],
    ["mail bob@carl.example or @bobby or @ bob", undefined],
    ["(@bob)", ["bob"]],
    ["@Grace Hopper said so", ["eve2"]],
    ["@Grace said so", ["grace"]],
    ["@gracehopper", undefined],
    ["@all of you", undefined],
  ];
  it.each(cases)("%s", async (content, mentioned) => {
    const grace = await server.person("grace");
    const hopper = await server.person("eve2");
    await grace.rest.patch("/users/me", { name: "Grace" });
    await hopper.rest.patch("/users/me", { name: "Grace Hopper" });
    for (const user_id of ["grace", "eve2"]) await ada.rest.post(`/rooms/${room}/members`, { user_id });
    const { id } = await say(bob, room, content, content.includes("eve") ? naming("eve") : {});
    expect((await viewMessage(carl, id)).meta_data.mentions).toEqual(mentioned);
  });

  it("however many others it names before", async () => {
    const nobodies = Array.from({ length: 60 }, (_, n) => `@[x${n}]`).join(" ");
    const { id } = await say(ada, room, `${nobodies} @bob and @[carl]`);
    expect((await viewMessage(carl, id)).meta_data.mentions).toEqual(["bob", "carl"]);
  });

  it("@all is for admins: it counts for all who are members, once each, and is told to all but the sender", async () => {
    const [own, other, stranger] = await Promise.all([ada, bob, eve].map((person) => server.socket(person)));
    const listeners = [own, other, stranger].flatMap((socket) => (socket ? listenTo(socket) : []));
    const { id } = await say(ada, room, "@all and @bob, dinner!");
    expect((await viewMessage(carl, id)).meta_data).toEqual({ mentions_all: true });
    for (const person of [bob, carl]) expect(await viewRoom(person, room)).toMatchObject({ mention_count: 1 });
    expect(await viewRoom(ada, room)).toMatchObject({ mention_count: 0 });
    for (const listener of listeners) await listener.settle();
    expect(listeners.map((listener) => listener.of("notification:mention").length)).toEqual([0, 1, 0]);
    await ada.rest.post(`/rooms/${room}/members`, { user_id: "eve" });
    expect(await viewRoom(eve, room)).toMatchObject({ mention_count: 0 });
  });
});

it("[M6] a message that calls somebody is not overtaken by the next one of the same socket", async () => {
  const socket = await server.socket(ada);
  const contents = Array.from({ length: 60 }, (_, n) => (n % 3 === 0 ? `${n} @bob` : `${n}`));
  const sent = await Promise.all(contents.map((content) => ask(socket, "message:send", { room_id: room, content })));
  expect(sent.map((reply) => reply.data.sequence_number)).toEqual(contents.map((_, n) => n + 1));
  const refused = ask(socket, "message:send", { room_id: room, content: "@bob", upload_id: "nothing" });
  const next = ask(socket, "message:send", { room_id: room, content: "goes on" });
  expect([(await refused).code, (await next).data.sequence_number]).toEqual(["not_found", contents.length + 1]);
});

describe("[M6] an edit", () => {
  const edit = (id: string, body: object) => ada.rest.put(`/messages/${id}`, body);

  it("adds those whom it calls, who are told, and drops those whom it does not", async () => {
    const { id } = await say(ada, room, "hi @bob");
    const listeners = (await Promise.all([bob, carl].map((person) => server.socket(person)))).map(listenTo);
    expect(codeOf(await edit(id, { content: "hi @carl" }))).toBe("ok");
    expect((await viewMessage(bob, id)).meta_data.mentions).toEqual(["carl"]);
    expect(await viewRoom(bob, room)).toMatchObject({ mention_count: 0, unread_count: 1 });
    expect(await viewRoom(carl, room)).toMatchObject({ mention_count: 1 });
    for (const listener of listeners) await listener.settle();
    expect(listeners.map((listener) => listener.of("notification:mention").length)).toEqual([0, 1]);
    expect(listeners[1]?.of("notification:mention")).toMatchObject([{ messageId: id, content: "hi @carl" }]);
  });

  it("keeps those whom the client named, unless it names others", async () => {
    const { id } = await say(ada, room, "hi @bob", naming("carl"));
    await edit(id, { content: "hi" });
    expect((await viewMessage(bob, id)).meta_data.mentions).toEqual(["carl"]);
    await edit(id, { content: "hi", ...naming("bob", "eve") });
    expect((await viewMessage(bob, id)).meta_data.mentions).toEqual(["bob"]);
    await edit(id, { content: "hi", ...naming() });
    expect((await viewMessage(bob, id)).meta_data).toEqual({});
  });

  it("may call all, and take it back", async () => {
    const { id } = await say(ada, room, "hi");
    await edit(id, { content: "hi @all" });
    expect(await viewRoom(bob, room)).toMatchObject({ mention_count: 1 });
    await edit(id, { content: "hi" });
    expect(await viewRoom(bob, room)).toMatchObject({ mention_count: 0 });
  });
});

describe("[M15] the list of mentions", () => {
  const list = async (person: Person, query = "") => {
    const reply = await person.rest.get(`/mentions${query}`);
    expect(codeOf(reply)).toBe("ok");
    const ids: string[] = reply.body.data.map((message: { id: string }) => message.id);
    return { ids, pagination: reply.body.pagination };
  };

  it("has those of all rooms, the newest first, in pages of both styles", async () => {
    const dora = await server.person("dora");
    const rooms = await Promise.all([1, 2].map(() => makeGroup(ada, ["dora", "bob"])));
    const sent: string[] = [];
    for (let n = 0; n < 6; n += 1) {
      const content = n % 3 === 0 ? "@all!" : "hi @dora";
      sent.unshift((await say(ada, rooms[n % 2] ?? "", content)).id);
    }
    await say(ada, rooms[0] ?? "", "hi @bob");
    await say(dora, rooms[0] ?? "", "me, @dora");
    const own = (await list(dora)).ids;
    expect(own).toEqual(sent);
    const first = await list(dora, "?limit=4");
    expect(first).toMatchObject({ ids: own.slice(0, 4), pagination: { page: 1, limit: 4, total: 6, has_more: true } });
    expect((await list(dora, `?limit=4&cursor=${first.pagination.next_cursor}`)).ids).toEqual(own.slice(4));
    expect((await list(dora, "?limit=4&page=2")).ids).toEqual(own.slice(4));
  });

  it("[G9] leaves out what one can't see: hidden, deleted, of before one came, and of rooms one left", async () => {
    const fred = await server.person("fred");
    const others = await makeGroup(ada, ["bob"]);
    await say(ada, others, "@all, early");
    await ada.rest.post(`/rooms/${others}/members`, { user_id: "fred" });
    const hidden = await say(ada, others, "hi @fred");
    const deleted = await say(ada, others, "hi @fred");
    const kept = await say(ada, others, "@all, late");
    await fred.rest.delete(`/messages/${hidden.id}?for=me`);
    await ada.rest.delete(`/messages/${deleted.id}`);
    expect((await list(fred)).ids).toEqual([kept.id]);
    await fred.rest.post(`/rooms/${others}/leave`);
    expect(await list(fred)).toMatchObject({ ids: [], pagination: { total: 0 } });
  });
});
