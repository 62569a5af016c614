/** Stars: private to the user, on messages that they can see. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listenTo } from "../../../test/setup/listening.ts";
import { codeOf, makeDirect, makeGroup, readHistory, say, viewMessage } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";

let server: TestServer;
let ada: Person;
let bob: Person;
let eve: Person;
let twin: Person;

beforeAll(async () => {
  server = await startTestServer();
  [ada, bob, eve] = [await server.person("ada"), await server.person("bob"), await server.person("eve")];
  twin = await server.person("ada", "elsewhere");
});
afterAll(() => server.close());

async function messageOfBob(): Promise<{ room: string; id: string }> {
  const room = await makeGroup(ada, ["bob"]);
  return { room, id: (await say(bob, room, "worth keeping")).id };
}

async function star(person: Person, id: string, body: object = {}) {
  const reply = await person.rest.post(`/messages/${id}/star`, body);
  expect(codeOf(reply)).toBe("ok");
  return reply.body.data;
}

async function listStarred(person: Person, query = "") {
  const reply = await person.rest.get(`/messages/starred${query}`);
  expect(codeOf(reply)).toBe("ok");
  return { ids: reply.body.data.map((message: { id: string }) => message.id), pagination: reply.body.pagination };
}

describe("putting a star on and taking it off", () => {
  it("[A6] toggles, and each move has an account change of its own", async () => {
    const { id } = await messageOfBob();
    const on = await star(ada, id);
    expect(on).toEqual({ message_id: id, is_starred: true, account_change: expect.any(Number) });
    expect(await star(ada, id)).toEqual({ message_id: id, is_starred: false, account_change: on.account_change + 1 });
  });

  it("[A3] said again, it changes nothing and tells nobody", async () => {
    const { id } = await messageOfBob();
    const none = await ada.rest.delete(`/messages/${id}/star`);
    expect(none.body.data).toEqual({ message_id: id, is_starred: false, account_change: 0 });
    const on = await star(ada, id, { is_starred: true });
    const other = listenTo(await server.socket(ada));
    expect(await star(ada, id, { is_starred: true })).toEqual(on);
    expect((await ada.rest.put(`/messages/${id}/star`)).body.data).toEqual(on);
    await other.settle();
    expect(other.of("account:update")).toEqual([]);
    const off = (await ada.rest.delete(`/messages/${id}/star`)).body.data;
    expect((await ada.rest.delete(`/messages/${id}/star`)).body.data).toEqual(off);
    expect(off.account_change).toBe(on.account_change + 1);
  });

  it("[A1][W8] is told to the user's other sockets, and to nobody else", async () => {
    const { room, id } = await messageOfBob();
    const asking = listenTo(await server.socket(ada));
    const others = [listenTo(await server.socket(ada)), listenTo(await server.socket(bob))];
    const { data } = await asking.socket.emitWithAck("message:star", { message_id: id });
    for (const listener of [asking, ...others]) await listener.settle();
    const { account_change } = data;
    expect(others[0]?.of("account:update")).toEqual([
      { kind: "message_starred", account_change, room_id: room, message_id: id, is_starred: true },
    ]);
    expect([...asking.heard, ...(others[1]?.heard ?? [])]).toEqual([]);
  });

  it("[A1] shows on the message to its user alone", async () => {
    const { room, id } = await messageOfBob();
    await star(ada, id);
    expect((await star(bob, id)).is_starred).toBe(true);
    expect(await viewMessage(ada, id)).toMatchObject({ is_starred: true, starred_by: ["ada"] });
    expect((await ada.rest.get(`/messages/starred?room_id=${room}`)).body.data).toMatchObject([
      { starred_by: ["ada"] },
    ]);
    await bob.rest.delete(`/messages/${id}/star`);
    expect((await readHistory(ada, room)).map((message) => message.is_starred)).toEqual([true]);
    const synced = await ada.rest.post("/sync/messages", { room_id: room, since_change: 1 });
    expect(synced.body.data.messages).toMatchObject([{ id, is_starred: true, starred_by: ["ada"] }]);
    const toBob = await viewMessage(bob, id);
    expect(toBob.is_starred).toBe(false);
    expect(toBob).not.toHaveProperty("starred_by");
    const listener = listenTo(await server.socket(ada));
    await bob.rest.put(`/messages/${id}`, { content: "edited" });
    await listener.settle();
    expect(listener.of("message:edit:update")).toMatchObject([{ id, is_starred: false }]);
    expect(listener.of("message:edit:update")[0]).not.toHaveProperty("starred_by");
  });

  it("[G9] on what one can't see is not_found, whether it exists or not", async () => {
    const { room, id } = await messageOfBob();
    for (const person of [eve, twin]) {
      expect(codeOf(await person.rest.post(`/messages/${id}/star`))).toBe("not_found");
      expect(codeOf(await person.rest.put(`/messages/${id}/star`))).toBe("not_found");
      expect(codeOf(await person.rest.delete(`/messages/${id}/star`))).toBe("not_found");
      expect(codeOf(await person.rest.get(`/messages/starred?room_id=${room}`))).toBe("not_found");
    }
    expect(codeOf(await ada.rest.post(`/messages/${room}.99/star`))).toBe("not_found");
    expect(codeOf(await ada.rest.post("/messages/nonsense/star"))).toBe("not_found");
    await ada.rest.delete(`/messages/${id}?for=me`);
    expect(codeOf(await ada.rest.post(`/messages/${id}/star`))).toBe("not_found");
  });
});

describe("[A4] a message that goes", () => {
  it("for everyone loses everyone's stars, and takes none", async () => {
    const { room, id } = await messageOfBob();
    const { account_change } = await star(ada, id);
    await star(bob, id);
    const listener = listenTo(await server.socket(ada));
    await bob.rest.delete(`/messages/${id}`);
    await listener.settle();
    const told = { kind: "message_starred", room_id: room, message_id: id, is_starred: false };
    expect(listener.of("account:update")).toEqual([{ ...told, account_change: account_change + 1 }]);
    for (const person of [ada, bob]) {
      expect(await viewMessage(person, id)).toMatchObject({ is_deleted: true, is_starred: false });
      expect((await listStarred(person, `?room_id=${room}`)).ids).toEqual([]);
      expect(codeOf(await person.rest.post(`/messages/${id}/star`))).toBe("gone");
      expect(codeOf(await person.rest.put(`/messages/${id}/star`))).toBe("gone");
      expect((await person.rest.delete(`/messages/${id}/star`)).body.data).toMatchObject({ is_starred: false });
    }
  });

  it("for oneself loses one's own star only, and the reply says the account change", async () => {
    const { room, id } = await messageOfBob();
    const { account_change } = await star(ada, id);
    await star(bob, id);
    const hidden = await ada.rest.delete(`/messages/${id}?for=me`);
    expect(hidden.body.data).toMatchObject({ for: "me", account_change: account_change + 1 });
    expect((await ada.rest.delete(`/messages/${id}?for=me`)).body.data).toEqual(hidden.body.data);
    expect((await listStarred(ada, `?room_id=${room}`)).ids).toEqual([]);
    expect((await listStarred(bob, `?room_id=${room}`)).ids).toEqual([id]);
  });
});

describe("[A6] the list of starred messages", () => {
  async function starMany(person: Person, count: number): Promise<{ room: string; ids: string[] }> {
    const room = await makeGroup(person, ["bob"]);
    const ids: string[] = [];
    for (let n = 0; n < count; n += 1) ids.push((await say(person, room, `m${n}`)).id);
    // Not in the order of the messages.
    const order = [...ids].sort((a, b) => (a.at(-1) ?? "").localeCompare(b.at(-1) ?? ""));
    for (const id of order) await star(person, id);
    return { room, ids: order.reverse() };
  }

  it("is the newest star first, by cursor and by page number", async () => {
    const lister = await server.person("lister");
    const { room, ids } = await starMany(lister, 12);
    const byCursor: string[] = [];
    let cursor = "";
    do {
      const page = await listStarred(lister, `?room_id=${room}&limit=5${cursor}`);
      byCursor.push(...page.ids);
      cursor = page.pagination.next_cursor === null ? "" : `&cursor=${page.pagination.next_cursor}`;
    } while (cursor !== "");
    expect(byCursor).toEqual(ids);
    const pages = [];
    for (const page of [1, 2, 3]) pages.push(await listStarred(lister, `?limit=5&page=${page}`));
    expect(pages.flatMap((page) => page.ids)).toEqual(ids);
    expect(pages.map((page) => page.pagination)).toMatchObject([
      { page: 1, limit: 5, total: 12, has_more: true },
      { page: 2, limit: 5, total: 12, has_more: true },
      { page: 3, limit: 5, total: 12, has_more: false, next_cursor: null },
    ]);
    expect((await listStarred(lister, "?page=4&limit=5")).ids).toEqual([]);
  });

  it("is of one room when asked, and as the messages are now", async () => {
    const reader = await server.person("reader");
    const [one, two] = [await makeDirect(reader, "bob"), await makeGroup(reader)];
    const first = await say(reader, one, "first");
    const second = await say(reader, two, "second");
    await star(reader, first.id);
    await star(reader, second.id);
    await reader.rest.put(`/messages/${first.id}`, { content: "edited" });
    expect((await listStarred(reader)).ids).toEqual([second.id, first.id]);
    const list = await reader.rest.get(`/messages/starred?room_id=${one}`);
    expect(list.body.data).toEqual([await viewMessage(reader, first.id)]);
    expect(list.body.data).toMatchObject([{ content: "edited", is_starred: true, status: "sent" }]);
  });

  it("[G9] has nothing of rooms that one has left, and has it again on return", async () => {
    const { room, id } = await messageOfBob();
    await star(bob, id);
    const hiddenHistory = await makeGroup(ada, ["bob"], { settings: { history_visible_to_new_members: false } });
    const unseen = await say(ada, hiddenHistory, "before");
    await star(bob, unseen.id);
    for (const left of [room, hiddenHistory]) await bob.rest.post(`/rooms/${left}/leave`);
    expect((await listStarred(bob)).ids).not.toContain(id);
    for (const left of [room, hiddenHistory]) await ada.rest.post(`/rooms/${left}/members`, { user_id: "bob" });
    const { ids, pagination } = await listStarred(bob);
    expect(ids).toContain(id);
    expect(ids).not.toContain(unseen.id);
    expect(pagination.total).toBe(ids.length);
  });

  it("refuses a cursor that is none of its own", async () => {
    const odd = Buffer.from(JSON.stringify({ at: "0000-01-01T00:00:00.000Z", room: "x", sequence: 1 }));
    expect(codeOf(await ada.rest.get(`/messages/starred?cursor=${odd.toString("base64url")}`))).toBe("invalid_request");
  });
});
