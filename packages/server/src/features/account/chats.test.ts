/** How a user keeps their chats: cleared and deleted for oneself, marked unread, in folders, and the settings of all. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listenTo } from "../../../test/setup/listening.ts";
import { codeOf, makeDirect, makeGroup, readHistory, say, viewMessage, viewRoom } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";
import { upload } from "../../../test/setup/upload.ts";

let server: TestServer;
let ada: Person;
let bob: Person;

beforeAll(async () => {
  server = await startTestServer();
  [ada, bob] = [await server.person("ada"), await server.person("bob")];
});
afterAll(() => server.close());

async function clear(person: Person, room: string, given: object = {}) {
  const reply = await person.rest.post(`/rooms/${room}/clear`, given);
  expect(codeOf(reply)).toBe("ok");
  return reply.body.data;
}

async function set(person: Person, room: string, given: object) {
  return (await person.rest.patch(`/rooms/${room}/preferences`, given)).body.data;
}

const thumb = encodeURIComponent("👍");

/** Every way to a message by its id, or to one that names it. */
function waysTo(id: string, room: string): (() => Promise<{ body: { success: boolean } }>)[] {
  return [
    () => bob.rest.get(`/messages/${id}`),
    () => bob.rest.get(`/messages/${id}/info`),
    () => bob.rest.put(`/messages/${id}/star`),
    () => bob.rest.delete(`/messages/${id}/star`),
    () => bob.rest.post(`/messages/${id}/reactions/${thumb}`),
    () => bob.rest.put(`/messages/${id}/seen`),
    () => bob.rest.put(`/messages/${id}`, { content: "edited" }),
    () => bob.rest.delete(`/messages/${id}?for=me`),
    () => bob.rest.delete(`/messages/${id}?for=everyone`),
    () => bob.rest.post(`/rooms/${room}/messages`, { content: "answer", reply_to: id }),
    () => bob.rest.patch(`/rooms/${room}/preferences`, { draft: { content: "answer", reply_to: id } }),
  ];
}

describe("clearing a chat", () => {
  it("[A8][G9] takes what was said from all that its user asks for, and from nobody else", async () => {
    const room = await makeGroup(ada, ["bob"]);
    const medium = await upload(ada);
    const carrier = await say(ada, room, "look", { upload_id: medium.id });
    const called = await say(ada, room, "bob!", { meta_data: { mentions: ["bob"] } });
    const own = await say(bob, room, "mine");
    await say(ada, room, "unread");
    await bob.rest.put(`/messages/${called.id}/star`);
    await bob.rest.delete(`/messages/${carrier.id}?for=me`);
    expect(await clear(bob, room)).toMatchObject({ cleared_sequence: 4, is_hidden: false });
    for (const id of [carrier.id, called.id, own.id]) {
      const outcomes = await Promise.all(waysTo(id, room).map(async (way) => codeOf((await way()) as never)));
      expect(outcomes).toEqual(outcomes.map(() => "not_found"));
    }
    const stars = (await bob.rest.get(`/messages/starred?room_id=${room}`)).body;
    expect(stars).toMatchObject({ data: [], pagination: { total: 0 } });
    expect(codeOf(await bob.rest.get(`/media/${medium.id}`))).toBe("not_found");
    expect(await readHistory(bob, room)).toEqual([]);
    for (const since of [{}, { since_change: 1 }, { since_sequence: 0 }]) {
      const { data } = (await bob.rest.post("/sync/messages", { room_id: room, ...since })).body;
      expect(data).toMatchObject({ messages: [], last_sequence: 4 });
    }
    const { account } = (await bob.rest.post("/sync/chats", {})).body.data;
    expect([account.starred_messages, account.hidden_messages]).toEqual([[], []]);
    expect(await viewRoom(bob, room)).toMatchObject({
      last_message: null,
      unread_count: 0,
      mention_count: 0,
      read_sequence: 3,
      cleared_sequence: 4,
    });
    expect((await readHistory(ada, room)).map(({ content }) => content)).toEqual(["look", "bob!", "mine", "unread"]);
    expect(await viewRoom(ada, room)).toMatchObject({ cleared_sequence: 0, last_message: { content: "unread" } });
    expect(await viewMessage(ada, own.id)).toMatchObject({ content: "mine", is_deleted: false });
  });

  it("[A8][A2] is an account change, told to the user's other sockets alone; no receipt and no change of the room", async () => {
    const room = await makeGroup(ada, ["bob"]);
    await say(ada, room, "x");
    const before = await viewRoom(ada, room);
    const asking = listenTo(await server.socket(bob));
    const [other, foreign] = [listenTo(await server.socket(bob)), listenTo(await server.socket(ada))];
    const { data } = await asking.socket.emitWithAck("chat:clear", { room_id: room });
    for (const listener of [asking, other, foreign]) await listener.settle();
    const { account_change } = data;
    expect(other.of("account:update")).toEqual([
      { kind: "preferences", account_change, room_id: room, preferences: data },
    ]);
    expect([...asking.heard, ...foreign.heard]).toEqual([]);
    expect(await viewRoom(ada, room)).toEqual(before);
    const { account } = (await bob.rest.post("/sync/chats", {})).body.data;
    expect(account.preferences).toContainEqual(data);
  });

  it("[A8][A3] again, when nothing new was said, changes nothing and tells nobody", async () => {
    const room = await makeGroup(ada, ["bob"]);
    expect(await clear(bob, room)).toMatchObject({ cleared_sequence: 0, account_change: 0 });
    await say(ada, room, "x");
    const first = await clear(bob, room);
    const other = listenTo(await server.socket(bob));
    expect(await clear(bob, room)).toEqual(first);
    await other.settle();
    expect(other.heard).toEqual([]);
    await say(ada, room, "y");
    expect(await viewRoom(bob, room)).toMatchObject({ unread_count: 1, last_message: { content: "y" } });
    expect(await clear(bob, room)).toMatchObject({ cleared_sequence: 2 });
  });

  it("[A8] keeps the words of a draft, not what it replies to; deleting the chat drops it", async () => {
    const room = await makeGroup(ada);
    const { id } = await say(ada, room, "x");
    await set(ada, room, { draft: { content: "half", reply_to: id } });
    expect((await clear(ada, room)).draft).toMatchObject({ content: "half", reply_to: null });
    const second = await say(ada, room, "y");
    await set(ada, room, { draft: { content: "", reply_to: second.id } });
    expect((await clear(ada, room)).draft).toBeNull();
    await set(ada, room, { draft: { content: "half" } });
    expect(await clear(ada, room, { delete_chat: true })).toMatchObject({ draft: null, is_hidden: true });
  });

  it("[A9] a deleted chat is told as hidden, and shows its next message; to clear it again lists it", async () => {
    const room = await makeDirect(ada, "bob");
    await say(ada, room, "x");
    await clear(bob, room, { delete_chat: true });
    expect(await viewRoom(bob, room)).toMatchObject({ is_hidden: true, last_message: null, unread_count: 0 });
    await say(ada, room, "again");
    expect(await viewRoom(bob, room)).toMatchObject({ is_hidden: true, last_message: { content: "again" } });
    expect(await clear(bob, room)).toMatchObject({ is_hidden: false, cleared_sequence: 2 });
  });

  it("[A8] one who leaves and comes back does not see again what they cleared away", async () => {
    const room = await makeGroup(ada, ["bob"]);
    await say(ada, room, "cleared");
    await clear(bob, room);
    await bob.rest.post(`/rooms/${room}/leave`);
    expect(codeOf(await bob.rest.post(`/rooms/${room}/clear`, {}))).toBe("not_found");
    await say(ada, room, "meanwhile");
    await ada.rest.post(`/rooms/${room}/members`, { user_id: "bob" });
    const said = (await readHistory(bob, room)).filter((message) => message.message_type === "text");
    expect(said.map(({ content }) => content)).toEqual(["meanwhile"]);
  });

  it("[A8] while others write, clears up to some message and no further", async () => {
    const room = await makeGroup(ada, ["bob"]);
    const [cleared] = await Promise.all([
      clear(bob, room),
      ...Array.from({ length: 10 }, (_, n) => say(ada, room, `m${n}`)),
    ]);
    const left = await readHistory(bob, room);
    expect(left.map((message) => message.sequence_number)[0] ?? 11).toBe(cleared.cleared_sequence + 1);
    expect(left).toHaveLength(10 - cleared.cleared_sequence);
    expect(await viewRoom(bob, room)).toMatchObject({ unread_count: left.length });
  });
});

describe("a chat that is marked unread", () => {
  it("[A10] stays so until its user says otherwise, whatever is read or sent", async () => {
    const room = await makeGroup(ada, ["bob"]);
    const { id } = await say(ada, room, "x");
    expect(await set(bob, room, { is_marked_unread: true })).toMatchObject({ is_marked_unread: true });
    await bob.rest.put(`/messages/${id}/seen`);
    await say(bob, room, "answer");
    expect(await viewRoom(bob, room)).toMatchObject({ is_marked_unread: true, unread_count: 0 });
    expect(await viewRoom(ada, room)).toMatchObject({ is_marked_unread: false });
    expect(await set(bob, room, { is_marked_unread: false })).toMatchObject({ is_marked_unread: false });
  });
});

describe("settings of chats and folders", () => {
  it("[A11] are set one by one, and told as settings to the user's other sockets alone", async () => {
    const person = await server.person("carl");
    expect((await person.rest.get("/users/me/chat-settings")).body.data).toEqual({
      unarchive_on: "mention",
      mentions_pierce_mute: true,
    });
    const [own, foreign] = [listenTo(await server.socket(person)), listenTo(await server.socket(ada))];
    await person.rest.patch("/users/me/chat-settings", { unarchive_on: "never" });
    const last = await person.rest.patch("/users/me/chat-settings", { mentions_pierce_mute: false });
    const chats = { unarchive_on: "never", mentions_pierce_mute: false };
    expect(last.body.data).toEqual({ ...chats, account_change: 2 });
    expect((await person.rest.patch("/users/me/chat-settings", chats)).body.data).toEqual(last.body.data);
    await own.settle();
    await foreign.settle();
    expect(own.of("account:update")).toMatchObject([{ account_change: 1 }, { settings: { chats } }]);
    expect(foreign.heard).toEqual([]);
    expect((await person.rest.post("/sync/chats", {})).body.data.account.settings).toMatchObject({ chats });
    expect(codeOf(await person.rest.patch("/users/me/chat-settings", { unarchive_on: "x" }))).toBe("invalid_request");
  });

  it("[A11] folders keep the order in which they were given, whatever rooms they name", async () => {
    const person = await server.person("dora");
    const set = (folders: object[]) => person.rest.put("/folders", { folders });
    const rules = { include_unread: false, include_groups: false, include_direct: false, room_ids: [] };
    const work = { ...rules, id: "b", name: "Work", include_groups: true };
    const home = { ...rules, id: "a", name: "Home", room_ids: [crypto.randomUUID(), "nowhere"] };
    expect((await person.rest.get("/folders")).body.data).toEqual([]);
    const own = listenTo(await server.socket(person));
    const saved = (await set([work, { id: home.id, name: home.name, room_ids: home.room_ids }])).body.data;
    expect(saved).toEqual({ folders: [work, home], account_change: 1 });
    expect((await set([work, home])).body.data).toEqual(saved);
    expect((await set([home, work])).body.data).toEqual({ folders: [home, work], account_change: 2 });
    expect((await person.rest.get("/folders")).body.data).toEqual([home, work]);
    await own.settle();
    expect(own.of("account:update")).toMatchObject([{ account_change: 1 }, { settings: { folders: [home, work] } }]);
    expect((await set([])).body.data).toMatchObject({ folders: [] });
  });

  it("[A11][G11] at most twenty folders, each with an id of its own", async () => {
    const person = await server.person("eve");
    const make = (length: number) => Array.from({ length }, (_, n) => ({ id: `f${n}`, name: "Folder" }));
    const put = (folders: object[]) => person.rest.put("/folders", { folders });
    expect(codeOf(await put(make(20)))).toBe("ok");
    expect(codeOf(await put(make(21)))).toBe("invalid_request");
    const twice = await put([...make(2), { id: "f1", name: "Other" }]);
    expect(twice.body).toMatchObject({ code: "invalid_request", details: [{ path: "folders.2.id" }] });
    expect(codeOf(await put([{ id: "x", name: " " }]))).toBe("invalid_request");
    const many = Array.from({ length: 201 }, () => crypto.randomUUID());
    expect(codeOf(await put([{ id: "x", name: "x", room_ids: many }]))).toBe("invalid_request");
    expect((await person.rest.get("/folders")).body.data).toHaveLength(20);
  });
});
