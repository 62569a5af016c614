/** Deleting a message for everyone, as the hours pass, and for oneself. */
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createFakeClock, createLastingPerson } from "../../../test/setup/fake-clock.ts";
import { ask, listenTo } from "../../../test/setup/listening.ts";
import { codeOf, makeDirect, makeGroup, readHistory, say, viewMessage, viewRoom } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";

const hours = 3600;
const clock = createFakeClock();
let server: TestServer;
let ada: Person;
let bob: Person;
let carl: Person;
let room: string;

beforeAll(async () => {
  server = await startTestServer({ clock });
  ada = await createLastingPerson(server, "ada");
  bob = await createLastingPerson(server, "bob");
  carl = await createLastingPerson(server, "carl");
});
afterAll(() => server.close());
// ada owns it.
beforeEach(async () => {
  room = await makeGroup(ada, ["bob", "carl"]);
});

async function bury(person: Person, messageId: string): Promise<string> {
  return codeOf(await person.rest.delete(`/messages/${messageId}`));
}

async function hide(person: Person, messageId: string): Promise<string> {
  return codeOf(await person.rest.delete(`/messages/${messageId}?for=me`));
}

/** How many rows of a room the database keeps of what a tombstone must not have. */
async function countRemains(): Promise<number> {
  const database = new pg.Client(server.databaseUrl);
  await database.connect();
  try {
    const { rows } = await database.query<{ count: number }>(
      `select ((select count(*) from message_edits where room_id = $1) + (select count(*) from reactions where room_id = $1)
        + (select count(*) from mentions where room_id = $1)
        + (select count(*) from messages where room_id = $1 and content <> ''))::int as count`,
      [room],
    );
    return rows[0]?.count ?? -1;
  } finally {
    await database.end();
  }
}

describe("for everyone", () => {
  it("[M2] leaves a tombstone: no text, no reactions, no mentions, no earlier versions", async () => {
    const { id, sequence_number } = await say(bob, room, "hi @carl", { meta_data: { mentions: ["carl"] } });
    await bob.rest.put(`/messages/${id}`, { content: "hello @carl" });
    await ada.rest.post(`/messages/${id}/reactions/${encodeURIComponent("👍")}`);
    expect(await countRemains()).toBe(4);
    expect(await viewRoom(carl, room)).toMatchObject({ unread_count: 1, mention_count: 1 });
    clock.pass(7);
    expect(await bury(bob, id)).toBe("ok");
    expect(await viewMessage(carl, id)).toMatchObject({
      sequence_number,
      sender_id: "bob",
      is_deleted: true,
      deleted_at: clock.now().toISOString(),
      content: "",
      reactions: [],
      meta_data: {},
      is_edited: false,
    });
    expect(await countRemains()).toBe(0);
    expect(await viewRoom(carl, room)).toMatchObject({
      unread_count: 0,
      mention_count: 0,
      last_sequence: sequence_number,
    });
  });

  it("[M2] the sender has 60 hours, and not a second longer", async () => {
    const [first, second] = [await say(bob, room, "one"), await say(bob, room, "two")];
    clock.pass(60 * hours);
    expect(await bury(bob, first.id)).toBe("ok");
    clock.pass(1);
    expect(await bury(bob, second.id)).toBe("forbidden");
    expect((await viewMessage(bob, second.id)).content).toBe("two");
  });

  it("[M2] a room's admins have no limit, for their own and for others' messages", async () => {
    await ada.rest.patch(`/rooms/${room}/members/carl`, { role: "admin" });
    const ids = [await say(bob, room, "bob's"), await say(ada, room, "ada's"), await say(ada, room, "ada's too")].map(
      (message) => message.id,
    );
    clock.pass(1_000 * hours);
    expect([await bury(carl, ids[0] ?? ""), await bury(carl, ids[1] ?? ""), await bury(ada, ids[2] ?? "")]).toEqual([
      "ok",
      "ok",
      "ok",
    ]);
  });

  it("[M2] others may not; in a direct room nobody but the sender may", async () => {
    const { id } = await say(bob, room, "bob's");
    expect(await bury(carl, id)).toBe("forbidden");
    const direct = await say(bob, await makeDirect(ada, "bob"), "bob's");
    expect(await bury(ada, direct.id)).toBe("forbidden");
    expect(await bury(bob, direct.id)).toBe("ok");
  });

  it("a second time changes nothing, and nobody hears of it", async () => {
    const { id } = await say(bob, room, "once");
    await bury(bob, id);
    const before = await viewRoom(carl, room);
    const listener = listenTo(await server.socket(carl));
    expect([await bury(bob, id), await bury(ada, id)]).toEqual(["ok", "ok"]);
    expect(await viewRoom(carl, room)).toEqual(before);
    expect(await listener.settle()).toEqual([]);
  });

  it("a system message stays: it is the record", async () => {
    await ada.rest.patch(`/rooms/${room}`, { name: "New" });
    expect(await bury(ada, `${room}.1`)).toBe("forbidden");
  });

  it("[M4] a preview of a deleted message says only that it was deleted", async () => {
    const sent = await say(ada, room, "secret");
    const reply = await say(bob, room, "oh", { reply_to: sent.id });
    await bury(ada, sent.id);
    expect((await viewMessage(carl, reply.id)).reply_preview).toMatchObject({
      id: sent.id,
      content: "",
      is_deleted: true,
    });
  });

  it("[G3] a resend of what was deleted since is the deleted message", async () => {
    const sent = await say(bob, room, "once", { client_message_id: "c" });
    await bury(bob, sent.id);
    const again = await say(bob, room, "once", { client_message_id: "c" });
    expect(again).toMatchObject({ id: sent.id, is_deleted: true, content: "", duplicate: true });
  });
});

describe("for oneself", () => {
  it("[M3] hides the message from one's own lists, counts and room previews; others see it", async () => {
    const kept = await say(bob, room, "kept");
    const { id } = await say(bob, room, "hi @carl", { meta_data: { mentions: ["carl"] } });
    expect(await hide(carl, id)).toBe("ok");
    expect(codeOf(await carl.rest.get(`/messages/${id}`))).toBe("not_found");
    expect((await readHistory(carl, room)).map((message) => message.id)).toEqual([kept.id]);
    expect((await carl.rest.post("/sync/messages", { room_id: room })).body.data.messages).toHaveLength(1);
    expect(await viewRoom(carl, room)).toMatchObject({
      unread_count: 1,
      mention_count: 0,
      last_message: { id: kept.id },
    });
    expect((await carl.rest.get(`/unread-count?room_id=${room}`)).body.data.total_unread).toBe(1);
    expect(await viewRoom(ada, room)).toMatchObject({ unread_count: 2, last_message: { id } });
    expect(await viewMessage(ada, id)).toMatchObject({ is_deleted: false, content: "hi @carl" });
  });

  it("[M3] on all one's devices, by event and by sync", async () => {
    const { id } = await say(bob, room, "not for me");
    const [phone, laptop, other] = [
      listenTo(await server.socket(carl)),
      listenTo(await server.socket(carl)),
      listenTo(await server.socket(bob)),
    ];
    const cursor = (await carl.rest.post("/sync/chats", {})).body.data.cursor;
    await ask(phone.socket, "message:delete", { message_id: id, for: "me" });
    expect(await phone.settle()).toEqual([]);
    expect(await other.settle()).toEqual([]);
    expect(await laptop.settle()).toEqual(["account:update"]);
    const { account } = (await carl.rest.post("/sync/chats", { cursor })).body.data;
    const [update] = laptop.of("account:update");
    expect(update).toMatchObject({ kind: "message_hidden", room_id: room, message_id: id });
    expect(account.hidden_messages).toEqual([
      { room_id: room, message_id: id, account_change: update?.account_change },
    ]);
  });

  it("[M3] any message, however old, whoever sent it", async () => {
    await ada.rest.patch(`/rooms/${room}`, { name: "New" });
    const own = await say(carl, room, "mine");
    clock.pass(1_000 * hours);
    expect([await hide(carl, own.id), await hide(carl, `${room}.1`)]).toEqual(["ok", "ok"]);
    expect(await readHistory(carl, room)).toEqual([]);
  });

  it("[M3] a second time, as a device does that got no answer, changes nothing", async () => {
    const { id } = await say(bob, room, "not for me");
    expect([await hide(carl, id), await hide(carl, id)]).toEqual(["ok", "ok"]);
  });

  it("[M3] and for everyone after that, if it was one's own", async () => {
    const { id } = await say(bob, room, "oops");
    expect([await hide(bob, id), await bury(bob, id)]).toEqual(["ok", "ok"]);
    expect(await viewMessage(carl, id)).toMatchObject({ is_deleted: true });
  });
});
