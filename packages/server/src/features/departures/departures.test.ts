/** What those who have left a room, or were removed, may still read of it: the room as it was at that moment. */
import type { Message } from "@pipit/protocol/models/message";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { fetchMedia } from "../../../test/setup/fetch-media.ts";
import { ask } from "../../../test/setup/listening.ts";
import { lockStarsFromReaders } from "../../../test/setup/room-lock.ts";
import { codeOf, makeDirect, makeGroup, readHistory, say, viewMessage } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";
import { dot, note, upload } from "../../../test/setup/upload.ts";

let server: TestServer;
let other: TestServer;
let ada: Person;
let bob: Person;
let carl: Person;
let room: string;

beforeAll(async () => {
  server = await startTestServer();
  other = await startTestServer({ databaseUrl: server.databaseUrl });
  [ada, bob, carl] = [await server.person("ada"), await server.person("bob"), await server.person("carl")];
});
afterAll(async () => {
  await other.close();
  await server.close();
});
beforeEach(async () => {
  room = await makeGroup(ada, ["bob", "carl"], { name: "Before" });
});

const thumb = encodeURIComponent("👍");
const heart = encodeURIComponent("❤️");

const removeCarl = (from = room) => ada.rest.delete(`/rooms/${from}/members/carl`);
const addCarl = () => ada.rest.post(`/rooms/${room}/members`, { user_id: "carl" });
const list = (query = "") => carl.rest.get(`/rooms/${room}/messages${query}`);
const textsOf = (messages: Message[]) => messages.map((message) => message.content);

/** Does in the database what a node of the version before would. */
async function query(text: string, values: unknown[]): Promise<void> {
  const client = new pg.Client(server.databaseUrl);
  await client.connect();
  await client.query(text, values);
  await client.end();
}

async function listLeft(person = carl) {
  return (await person.rest.get("/rooms/left?limit=100")).body.data;
}

describe("[F1] who has left a room, or was removed,", () => {
  it("reads what they could see, up to their removal, by list and by id, over both doors", async () => {
    const first = await say(bob, room, "first");
    const hidden = await say(bob, room, "hidden");
    await carl.rest.delete(`/messages/${hidden.id}?for=me`);
    const last = await say(carl, room, "last");
    await removeCarl();
    const later = await say(bob, room, "later");
    const socket = await server.socket(carl);
    expect(textsOf(await readHistory(carl, room))).toEqual(["first", "last"]);
    const told = await ask(socket, "message:history", { room_id: room });
    expect(textsOf(told.data)).toEqual(["first", "last"]);
    expect(told.pagination).toEqual({ next_cursor: null, has_more: false });
    expect(await viewMessage(carl, first.id)).toMatchObject({ content: "first" });
    for (const { id } of [hidden, later]) expect(codeOf(await carl.rest.get(`/messages/${id}`))).toBe("not_found");
    const pages = await list(`?after=${first.sequence_number - 1}&limit=1`);
    expect(pages.body).toMatchObject({ data: [{ id: first.id }], pagination: { has_more: true } });
    const next = await list(`?limit=1&cursor=${pages.body.pagination.next_cursor}`);
    expect(next.body).toMatchObject({ data: [{ id: last.id }], pagination: { has_more: false } });
    expect(textsOf((await list(`?around=${later.sequence_number}`)).body.data)).toEqual(["first", "last"]);
    expect((await list(`?after=${last.sequence_number}`)).body.data).toEqual([]);
  });

  it("does not read what they cleared away, or what was said before they came", async () => {
    const quiet = await makeGroup(ada, [], { settings: { history_visible_to_new_members: false } });
    await say(ada, quiet, "before");
    await ada.rest.post(`/rooms/${quiet}/members`, { user_id: "carl" });
    await say(ada, quiet, "after");
    await say(ada, room, "cleared");
    await carl.rest.post(`/rooms/${room}/clear`);
    await say(ada, room, "kept");
    for (const from of [room, quiet]) await removeCarl(from);
    expect(textsOf(await readHistory(carl, room))).toEqual(["kept"]);
    expect(textsOf(await readHistory(carl, quiet))).toEqual(["", "after"]);
  });

  it("finds all else not to be there, and hears nothing", async () => {
    const { id } = await say(carl, room, "mine");
    const poll = await say(bob, room, "", { meta_data: { poll: { question: "Where?", options: ["here", "there"] } } });
    await removeCarl();
    const kept = await makeGroup(carl);
    const refused = await Promise.all([
      carl.rest.get(`/rooms/${room}`),
      carl.rest.get(`/rooms/${room}/members`),
      carl.rest.get(`/messages/${id}/info`),
      carl.rest.get(`/messages/${poll.id}/votes`),
      carl.rest.post("/sync/messages", { room_id: room }),
      carl.rest.post(`/rooms/${room}/messages`, { content: "again" }),
      carl.rest.put(`/messages/${id}`, { content: "edited" }),
      carl.rest.delete(`/messages/${id}?for=me`),
      carl.rest.delete(`/messages/${id}`),
      carl.rest.post(`/messages/${id}/reactions/${thumb}`),
      carl.rest.post(`/messages/${id}/star`),
      carl.rest.put(`/messages/${id}/pin`, { duration: "24h" }),
      carl.rest.put(`/messages/${poll.id}/vote`, { option_ids: [0] }),
      carl.rest.post(`/messages/${id}/forward`, { target_room_ids: [kept] }),
      carl.rest.post(`/rooms/${room}/receipts`, { kind: "read", up_to_sequence: 1 }),
      carl.rest.post(`/rooms/${room}/clear`),
      carl.rest.patch(`/rooms/${room}/preferences`, { is_pinned: true }),
    ]);
    expect(refused.map(codeOf)).toEqual(refused.map(() => "not_found"));
    expect((await carl.rest.post("/sync/chats", {})).body.data.rooms).not.toContainEqual(
      expect.objectContaining({ id: room }),
    );
  });

  it("is nobody who never was a member, of the same name in another tenant, or a member of a direct room", async () => {
    const { id } = await say(ada, room, "ours");
    const direct = await makeDirect(ada, "carl");
    await say(ada, direct, "here");
    await removeCarl();
    for (const person of [await server.person("dora"), await server.person("carl", "elsewhere")]) {
      expect(codeOf(await person.rest.get(`/rooms/${room}/messages`))).toBe("not_found");
      expect(codeOf(await person.rest.get(`/messages/${id}`))).toBe("not_found");
      expect(codeOf(await person.rest.delete(`/rooms/left/${room}`))).toBe("not_found");
      expect(await listLeft(person)).toEqual([]);
    }
    expect(codeOf(await carl.rest.post(`/rooms/${direct}/leave`))).toBe("forbidden");
    expect(codeOf(await carl.rest.delete(`/rooms/left/${direct}`))).toBe("not_found");
  });
});

/** Messages of all kinds, some of them changed already. */
async function furnish() {
  const plain = await say(carl, room, "plain");
  const edited = await say(bob, room, "one @ada");
  await bob.rest.put(`/messages/${edited.id}`, { content: "two @carl" });
  await bob.rest.post(`/messages/${plain.id}/reactions/${thumb}`);
  const meta_data = { poll: { question: "Where?", options: ["here", "there"] } };
  const poll = await say(bob, room, "", { meta_data });
  await bob.rest.put(`/messages/${poll.id}/vote`, { option_ids: [0] });
  const quote = await say(ada, room, "quote", { reply_to: edited.id });
  const once = await say(bob, room, "", { upload_id: (await upload(bob, dot)).id, is_view_once: true });
  return { plain, edited, poll, quote, once };
}

describe("[F2] as it was then:", () => {
  it("what a member saw, but for what has no history", async () => {
    const { plain, edited, poll, once } = await furnish();
    const asMember = await readHistory(carl, room);
    await removeCarl();
    const then = await readHistory(carl, room);
    for (const field of ["is_edited", "edited_at", "reply_preview", "created_at", "content"] as const) {
      expect(then.map((message) => message[field])).toEqual(asMember.map((message) => message[field]));
    }
    const shown = (id: string) => then.find((message) => message.id === id);
    expect(shown(edited.id)).toMatchObject({
      content: "two @carl",
      is_edited: true,
      meta_data: { mentions: ["carl"] },
    });
    expect(shown(poll.id)?.meta_data.poll).toMatchObject({ question: "Where?", voter_count: 0, closed_at: null });
    expect(shown(plain.id)).toMatchObject({ reactions: [], is_starred: false });
    expect(shown(plain.id)).not.toHaveProperty("status");
    expect(shown(once.id)).toMatchObject({ view_once: { opened_by: [] }, is_media_removed: true });
    expect(new Set(then.map((message) => message.change)).size).toBe(1);
  });

  it("of what happens later to messages, room and members, nothing shows", async () => {
    const { plain, edited, poll, quote, once } = await furnish();
    await removeCarl();
    const then = await readHistory(carl, room);
    const target = await makeGroup(ada, ["bob"]);
    const later = [
      await bob.rest.put(`/messages/${edited.id}`, { content: "three @ada" }),
      await bob.rest.put(`/messages/${edited.id}`, { content: "four" }),
      await ada.rest.put(`/messages/${quote.id}`, { content: "another quote" }),
      await ada.rest.put(`/messages/${plain.id}/pin`, { duration: "24h" }),
      await ada.rest.post(`/messages/${plain.id}/reactions/${heart}`),
      await ada.rest.post(`/messages/${plain.id}/forward`, { target_room_ids: [target] }),
      await ada.rest.put(`/messages/${poll.id}/vote`, { option_ids: [1] }),
      await bob.rest.post(`/messages/${poll.id}/close`),
      await ada.rest.post(`/messages/${once.id}/open`),
      await ada.rest.post(`/rooms/${room}/receipts`, { kind: "read", up_to_sequence: 999 }),
      await ada.rest.patch(`/rooms/${room}`, { name: "After" }),
    ];
    expect(later.map(codeOf)).toEqual(later.map(() => "ok"));
    await say(bob, room, "later", { reply_to: plain.id });
    expect((await viewMessage(ada, edited.id)).content).toBe("four");
    expect(await readHistory(carl, room)).toEqual(then);
    for (const message of then) expect(await viewMessage(carl, message.id)).toEqual(message);
    const [left] = await listLeft();
    expect(left).toMatchObject({ room_id: room, name: "Before", last_sequence: then.at(-1)?.sequence_number });
  });

  it("also of an edit by a node of the version before, which notes no change, but for whom it mentioned", async () => {
    const { id } = await say(bob, room, "one @ada");
    await bob.rest.put(`/messages/${id}`, { content: "two @ada" });
    await query("update message_edits set change = null, meta_data = null where room_id = $1", [room]);
    await removeCarl();
    const then = await viewMessage(carl, id);
    expect(then).toMatchObject({ content: "two @ada", is_edited: true, meta_data: { mentions: ["ada"] } });
    await bob.rest.put(`/messages/${id}`, { content: "three @bob" });
    await query("update message_edits set change = null, meta_data = null where room_id = $1", [room]);
    expect(await viewMessage(carl, id)).toEqual({ ...then, meta_data: {} });
  });

  it("but what is deleted later is deleted, without word of when", async () => {
    const gone = await say(bob, room, "to go");
    const quote = await say(ada, room, "quote of it", { reply_to: gone.id });
    await bob.rest.put(`/messages/${gone.id}`, { content: "to go, edited" });
    await removeCarl();
    expect((await viewMessage(carl, quote.id)).reply_preview).toMatchObject({ content: "to go, edited" });
    await bob.rest.put(`/messages/${gone.id}`, { content: "to go, edited again" });
    await bob.rest.delete(`/messages/${gone.id}`);
    const [{ left_at }] = await listLeft();
    const at = { edited_at: null, deleted_at: left_at, updated_at: left_at };
    expect(await viewMessage(carl, gone.id)).toMatchObject({ content: "", is_deleted: true, is_edited: false, ...at });
    expect((await viewMessage(carl, quote.id)).reply_preview).toMatchObject({ content: "", is_deleted: true });
  });

  it("media of these messages stay readable, with and without a token, others not, and they can't be removed", async () => {
    const [before, hidden, after, once] = await Promise.all([note, note, note, dot].map((file) => upload(bob, file)));
    if (!before || !hidden || !after || !once) throw new Error("an upload is missing");
    await say(bob, room, "", { upload_id: before.id });
    const { id } = await say(bob, room, "", { upload_id: hidden.id });
    await carl.rest.delete(`/messages/${id}?for=me`);
    await say(bob, room, "", { upload_id: once.id, is_view_once: true });
    await removeCarl();
    await say(bob, room, "", { upload_id: after.id });
    const [message] = await readHistory(carl, room);
    expect(message).toMatchObject({ media: { upload_id: before.id }, meta_data: { media: {} } });
    const known = (await carl.rest.get(`/media/${before.id}`)).body.data;
    expect((await fetch(known.signedUrl)).status).toBe(200);
    expect((await fetchMedia(carl, before.url)).status).toBe(200);
    for (const medium of [hidden, after, once]) {
      expect(codeOf(await carl.rest.get(`/media/${medium.id}`))).toBe("not_found");
      expect((await fetchMedia(carl, medium.url)).status).toBe(404);
    }
    expect(codeOf(await carl.rest.delete(`/media/${before.id}`))).toBe("not_found");
    await bob.rest.delete(`/media/${before.id}`);
    expect((await fetch(known.signedUrl)).status).toBe(404);
    expect(await readHistory(carl, room)).toMatchObject([{ is_media_removed: true }, {}]);
  });
});

describe("[F3] departures", () => {
  it("are listed, the latest first, in pages, with who removed them", async () => {
    const erin = await server.person("erin");
    const rooms: string[] = [];
    for (let n = 0; n < 3; n += 1) rooms.unshift(await makeGroup(ada, ["erin"], { name: `Room ${n}` }));
    for (const id of [...rooms].reverse()) {
      if (id === rooms[0]) await erin.rest.post(`/rooms/${id}/leave`);
      else await ada.rest.delete(`/rooms/${id}/members/erin`);
    }
    const page = await erin.rest.get("/rooms/left?limit=2");
    const rest = await erin.rest.get(`/rooms/left?cursor=${page.body.pagination.next_cursor}`);
    expect([page.body.pagination.has_more, rest.body.pagination.has_more]).toEqual([true, false]);
    const all = [...page.body.data, ...rest.body.data];
    expect(all.map((entry) => [entry.room_id, entry.name, entry.removed_by])).toEqual([
      [rooms[0], "Room 2", null],
      [rooms[1], "Room 1", "ada"],
      [rooms[2], "Room 0", "ada"],
    ]);
    expect(Object.keys(all[0]).sort()).toEqual(["last_sequence", "left_at", "name", "removed_by", "room_id", "type"]);
    expect(codeOf(await erin.rest.get("/rooms/left?cursor=nonsense"))).toBe("invalid_request");
  });

  it("end when they are forgotten, for good", async () => {
    const medium = await upload(bob, note);
    const { id } = await say(bob, room, "said", { upload_id: medium.id });
    await removeCarl();
    expect(codeOf(await carl.rest.delete(`/rooms/left/${room}`))).toBe("ok");
    const after = [
      await list(),
      await carl.rest.get(`/messages/${id}`),
      await carl.rest.get(`/media/${medium.id}`),
      await carl.rest.delete(`/rooms/left/${room}`),
    ];
    expect(after.map(codeOf)).toEqual(after.map(() => "not_found"));
    expect(await listLeft()).not.toContainEqual(expect.objectContaining({ room_id: room }));
  });
});

describe("[F4] departures", () => {
  it("end on return, and begin anew with the next: what a member sees then is what they read", async () => {
    const { id } = await say(bob, room, "first");
    await removeCarl();
    await bob.rest.put(`/messages/${id}`, { content: "first, edited" });
    await say(bob, room, "meanwhile");
    await addCarl();
    expect(await viewMessage(carl, id)).toMatchObject({ content: "first, edited" });
    expect(codeOf(await carl.rest.delete(`/rooms/left/${room}`))).toBe("not_found");
    await ada.rest.patch(`/rooms/${room}`, { name: "Anew" });
    await carl.rest.post(`/rooms/${room}/leave`);
    await bob.rest.put(`/messages/${id}`, { content: "first, edited again" });
    const said = (await readHistory(carl, room)).filter(({ message_type }) => message_type !== "system");
    expect(textsOf(said)).toEqual(["first, edited", "meanwhile"]);
    const own = (await listLeft()).filter((entry: { room_id: string }) => entry.room_id === room);
    expect(own).toMatchObject([{ name: "Anew", removed_by: null }]);
  });

  it("end when the room closes: by its owner, or since the last member has left", async () => {
    const last = await makeGroup(ada, ["carl"]);
    const medium = await upload(ada, note);
    const { id } = await say(ada, last, "ours", { upload_id: medium.id });
    for (const from of [room, last]) await removeCarl(from);
    expect(await readHistory(carl, last)).toHaveLength(1);
    await ada.rest.post(`/rooms/${last}/leave`);
    await ada.rest.delete(`/rooms/${room}`);
    for (const person of [ada, bob, carl]) {
      for (const closed of [room, last]) {
        expect(codeOf(await person.rest.get(`/rooms/${closed}/messages`))).toBe("not_found");
        expect(await listLeft(person)).not.toContainEqual(expect.objectContaining({ room_id: closed }));
      }
      expect(codeOf(await person.rest.get(`/messages/${id}`))).toBe("not_found");
    }
    expect(codeOf(await carl.rest.get(`/media/${medium.id}`))).toBe("not_found");
    expect(codeOf(await carl.rest.delete(`/rooms/left/${last}`))).toBe("not_found");
  });

  it("end when a node of the version before closes the room", async () => {
    const medium = await upload(bob, note);
    const { id } = await say(bob, room, "said", { upload_id: medium.id });
    await removeCarl();
    await query("update rooms set closed_at = now() where id = $1", [room]);
    const asked = [await list(), await carl.rest.get(`/messages/${id}`), await carl.rest.get(`/media/${medium.id}`)];
    expect(asked.map(codeOf)).toEqual(["not_found", "not_found", "not_found"]);
    expect(await listLeft()).not.toContainEqual(expect.objectContaining({ room_id: room }));
  });

  it("begin in the middle of a read, which then tells no more than one after it", async () => {
    const { id } = await say(carl, room, "mine");
    const lock = await lockStarsFromReaders(server.databaseUrl);
    const reading = [other.rest(carl.token).get(`/rooms/${room}/messages`), carl.rest.get(`/messages/${id}`)];
    await lock.waitForWaiters(2);
    await removeCarl();
    await ada.rest.post(`/rooms/${room}/receipts`, { kind: "read", up_to_sequence: 999 });
    await lock.commit();
    await lock.release();
    const [listed, got] = await Promise.all(reading);
    const [message] = await readHistory(carl, room);
    expect(message).not.toHaveProperty("status");
    expect([listed?.body.data, got?.body.data]).toEqual([[message], message]);
  });

  it("of a removal and a list at once on two servers: never a message or an edit of after it", async () => {
    const there = other.rest(carl.token);
    for (let round = 0; round < 6; round += 1) {
      const raced = await makeGroup(ada, ["bob", "carl"]);
      const { sequence_number: bound, id } = await say(bob, raced, "before");
      const edit = () => bob.rest.put(`/messages/${id}`, { content: "edited" });
      const work = removeCarl(raced).then(() => Promise.all([say(ada, raced, "after"), edit()]));
      const lists = Array.from({ length: 6 }, () => there.get(`/rooms/${raced}/messages`));
      for (const reply of await Promise.all(lists)) {
        expect(codeOf(reply)).toBe("ok");
        expect(textsOf(reply.body.data)).toContain("before");
        expect(textsOf(reply.body.data)).not.toContain("after");
      }
      await work;
      const { data } = (await there.get(`/rooms/${raced}/messages`)).body;
      expect(data.at(-1).sequence_number).toBe(bound);
    }
  });
});
