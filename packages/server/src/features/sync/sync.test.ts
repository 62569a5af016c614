/** What sync promises in its details; that it converges is in test/sync.test.ts. */
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { codeOf, makeGroup, say, viewMessage, viewRoom } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";

let server: TestServer;
let database: pg.Client;
let ada: Person;
let bob: Person;
let room: string;

beforeAll(async () => {
  server = await startTestServer();
  database = new pg.Client(server.databaseUrl);
  await database.connect();
  [ada, bob] = await Promise.all([server.person("ada"), server.person("bob"), server.person("carl")]);
});
afterAll(async () => {
  await database.end();
  await server.close();
});
beforeEach(async () => {
  room = await makeGroup(ada, ["bob"]);
});

async function syncRoom(person: Person, given: object) {
  const reply = await person.rest.post("/sync/messages", { room_id: room, ...given });
  expect(codeOf(reply)).toBe("ok");
  return reply.body.data;
}

async function syncChats(person: Person, cursor?: string, limit = 100) {
  const reply = await person.rest.post("/sync/chats", { limit, ...(cursor === undefined ? {} : { cursor }) });
  expect(codeOf(reply)).toBe("ok");
  return reply.body.data;
}

/** The room is as if it had `count` messages more. */
async function addMessages(count: number): Promise<void> {
  await database.query(
    `insert into messages (room_id, sequence, change, countable, sender_id, message_type, content, created_at, updated_at)
     select r.id, r.last_sequence + n, r.last_change + n, r.last_countable + n, 'ada', 'text', 'x', now(), now()
     from rooms r, generate_series(1, $2::int) n where r.id = $1`,
    [room, count],
  );
  await database.query(
    `update rooms set last_sequence = last_sequence + $2, last_change = last_change + $2,
     last_countable = last_countable + $2 where id = $1`,
    [room, count],
  );
}

/** Rooms that bob was in and is no more. */
async function addEndedRooms(count: number): Promise<string[]> {
  const { rows } = await database.query<{ room_id: string }>(
    `with made as (
      insert into rooms (id, tenant_id, type, created_by, who_can_send, who_can_edit_info, who_can_add,
        history_visible_to_new_members, active_at, created_at, updated_at)
      select gen_random_uuid(), 'default', 'group', 'ada', 'everyone', 'everyone', 'everyone', true, now(), now(), now()
      from generate_series(1, $1::int) returning id
    ) insert into members (room_id, user_id, tenant_id, role, is_member, joined_at, joined_change, change, first_visible)
    select id, 'bob', 'default', 'member', false, now(), 1, 1, 1 from made returning room_id`,
    [count],
  );
  return rows.map((row) => row.room_id);
}

describe("sync.messages by change", () => {
  it("[S1] brings the present state of all that changed later, each once, and nothing else", async () => {
    for (let n = 1; n <= 4; n += 1) await say(ada, room, `message ${n}`);
    const { last_change } = await viewRoom(bob, room);
    await ada.rest.put(`/messages/${room}.1`, { content: "edited" });
    await bob.rest.post(`/messages/${room}.2/reactions/${encodeURIComponent("👍")}`);
    await ada.rest.put(`/messages/${room}.1`, { content: "edited again" });
    await bob.rest.put(`/messages/${room}.3/seen`);
    await ada.rest.post(`/rooms/${room}/members`, { user_id: "carl" });
    await ada.rest.patch(`/rooms/${room}`, { name: "Renamed" });
    const page = await syncRoom(bob, { since_change: last_change });
    expect(page.messages).toEqual([
      await viewMessage(bob, `${room}.2`),
      await viewMessage(bob, `${room}.1`),
      await viewMessage(bob, `${room}.5`),
      await viewMessage(bob, `${room}.6`),
    ]);
    expect(page.members).toMatchObject([{ user_id: "carl", is_member: true, change: last_change + 5 }]);
    expect(page.receipts).toMatchObject([
      { user_id: "bob", read_sequence: 3 },
      { user_id: "carl", read_sequence: 4 },
    ]);
    expect(page.room).toEqual(await viewRoom(bob, room));
    expect(page).toMatchObject({ has_more: false, last_sequence: 6, last_change: last_change + 8 });
    expect(page).not.toHaveProperty("full");
  });

  it("[S1] is empty when nothing changed, and leaves out the room when only others of its parts did", async () => {
    await say(ada, room, "hello");
    const { last_change } = await viewRoom(bob, room);
    const nothing = { messages: [], members: [], receipts: [], has_more: false, last_change, last_sequence: 1 };
    expect(await syncRoom(bob, { since_change: last_change })).toEqual({ room_id: room, ...nothing });
    await say(ada, room, "again");
    expect(await syncRoom(bob, { since_change: last_change })).not.toHaveProperty("room");
  });

  it("[S1] in pages, ascending by change; each goes on from the last_change of the one before", async () => {
    for (let n = 1; n <= 5; n += 1) await say(ada, room, `message ${n}`);
    await ada.rest.put(`/messages/${room}.2`, { content: "edited" });
    for (let n = 1; n <= 3; n += 1) await bob.rest.put(`/messages/${room}.${n}/seen`);
    const changes: number[] = [];
    let since = 1;
    for (;;) {
      const page = await syncRoom(bob, { since_change: since, limit: 2 });
      const rows: { change: number }[] = [...page.messages, ...page.members, ...page.receipts];
      changes.push(...new Set(rows.map((row) => row.change).sort((a, b) => a - b)));
      expect(page.last_change).toBeGreaterThan(since);
      since = page.last_change;
      if (!page.has_more) break;
    }
    expect(changes).toEqual([...changes].sort((a, b) => a - b));
    expect(new Set(changes).size).toBe(changes.length);
    expect(since).toBe((await viewRoom(bob, room)).last_change);
  });

  it("[S1] tells of members who went", async () => {
    await ada.rest.post(`/rooms/${room}/members`, { user_id: "carl" });
    const { last_change } = await viewRoom(bob, room);
    await ada.rest.delete(`/rooms/${room}/members/carl`);
    const page = await syncRoom(bob, { since_change: last_change });
    expect(page.members).toMatchObject([{ user_id: "carl", is_member: false, change: last_change + 1 }]);
    expect(page.receipts).toEqual([]);
  });
});

describe("full", () => {
  it("[S2] without a since: the newest page, all members, all watermarks and the room", async () => {
    await addMessages(150);
    const page = await syncRoom(bob, { limit: 100 });
    const sequences: number[] = page.messages.map((message: { sequence_number: number }) => message.sequence_number);
    expect(sequences).toEqual(Array.from({ length: 100 }, (_, n) => 51 + n));
    expect(page.members.map((member: { user_id: string }) => member.user_id)).toEqual(["ada", "bob"]);
    expect(page.receipts.map((receipt: { user_id: string }) => receipt.user_id).sort()).toEqual(["ada", "bob"]);
    expect(page.room).toEqual(await viewRoom(bob, room));
    expect(page).toMatchObject({ full: true, has_more: false, last_sequence: 150, last_change: 151 });
  });

  it("[S2] for a device that knows the room from before it was joined again", async () => {
    await say(ada, room, "before");
    const { last_change } = await viewRoom(bob, room);
    await ada.rest.delete(`/rooms/${room}/members/bob`);
    await ada.rest.post(`/rooms/${room}/members`, { user_id: "bob" });
    expect(await syncRoom(bob, { since_change: last_change })).toMatchObject({ full: true });
    const rejoined = (await viewRoom(bob, room)).last_change;
    expect(await syncRoom(bob, { since_change: rejoined })).not.toHaveProperty("full");
  });

  it("[S2] for a device that is ahead of the room, as after a restore", async () => {
    expect(await syncRoom(bob, { since_change: 1 })).not.toHaveProperty("full");
    expect(await syncRoom(bob, { since_change: 2 })).toMatchObject({ full: true, last_change: 1 });
  });

  it("[S2] for one that lacks more than 5,000 changed messages", async () => {
    await addMessages(5_001);
    expect(await syncRoom(bob, { since_change: 2 })).toMatchObject({ has_more: true, last_change: 52 });
    expect(await syncRoom(bob, { since_change: 2 })).not.toHaveProperty("full");
    expect(await syncRoom(bob, { since_change: 1 })).toMatchObject({ full: true, last_change: 5_002 });
  });

  it("[S2] not for one that lacks as many changes, most of them none of a message", async () => {
    await database.query("update rooms set last_change = 9000 where id = $1", [room]);
    await say(ada, room, "at last");
    const page = await syncRoom(bob, { since_change: 1 });
    expect(page).not.toHaveProperty("full");
    expect(page).toMatchObject({ messages: [{ change: 9001 }], last_change: 9001 });
  });
});

describe("sync.chats", () => {
  it("[S3] brings the rooms that moved since the cursor, in whatever way", async () => {
    const moves: [string, () => Promise<unknown>][] = [
      ["a message", () => say(ada, room, "hello")],
      ["an edit", () => ada.rest.put(`/messages/${room}.1`, { content: "hi" })],
      ["a reaction", () => bob.rest.post(`/messages/${room}.1/reactions/${encodeURIComponent("👍")}`)],
      ["a receipt", () => bob.rest.put(`/messages/${room}.1/seen`)],
      ["its info", () => ada.rest.patch(`/rooms/${room}`, { name: "New" })],
      ["a role", () => ada.rest.patch(`/rooms/${room}/members/bob`, { role: "admin" })],
      ["a deletion", () => ada.rest.delete(`/messages/${room}.1`)],
    ];
    let { cursor } = await syncChats(bob);
    for (const [label, move] of moves) {
      await move();
      const page = await syncChats(bob, cursor);
      expect(page.rooms, label).toContainEqual(await viewRoom(bob, room));
      expect(page, label).toMatchObject({ full: false, removed_rooms: [], has_more: false });
      cursor = page.cursor;
    }
  });

  it("[S3] and in the end only those: what rests is not brought again and again", async () => {
    let { cursor } = await syncChats(bob);
    // While a transaction is open anywhere in the cluster, what moved since its beginning is brought once more.
    const syncOn = async () => {
      await say(ada, room, "on and on");
      const page = await syncChats(bob, cursor);
      ({ cursor } = page);
      return page.rooms.map((entry: { id: string }) => entry.id);
    };
    await makeGroup(ada, ["bob"]);
    await expect.poll(syncOn, { timeout: 10_000 }).toEqual([room]);
  });

  it("[S3] those that one joined, and those that ended: by removal, leaving or closing", async () => {
    const [removed, left, closed, joined] = [
      room,
      ...(await Promise.all([1, 2, 3].map(() => makeGroup(ada, ["bob"])))),
    ];
    await bob.rest.post(`/rooms/${joined}/leave`);
    const { cursor } = await syncChats(bob);
    await ada.rest.delete(`/rooms/${removed}/members/bob`);
    await bob.rest.post(`/rooms/${left}/leave`);
    await ada.rest.delete(`/rooms/${closed}`);
    await ada.rest.post(`/rooms/${joined}/members`, { user_id: "bob" });
    const page = await syncChats(bob, cursor);
    const ids = page.rooms.map((entry: { id: string }) => entry.id);
    expect(page.removed_rooms).toEqual(expect.arrayContaining([removed, left, closed]));
    expect(page.removed_rooms).not.toContain(joined);
    expect(ids).toContain(joined);
    for (const ended of [removed, left, closed]) expect(ids).not.toContain(ended);
  });

  it("[S3] never leaves out one that moved, though others move between the pages", async () => {
    const rooms = [room];
    for (let n = 0; n < 5; n += 1) rooms.push(await makeGroup(ada, ["bob"]));
    const { cursor } = await syncChats(bob);
    for (const id of rooms) await say(ada, id, "moved");
    const seen = new Set<string>();
    let page = await syncChats(bob, cursor, 2);
    for (;;) {
      for (const entry of page.rooms) seen.add(entry.id);
      if (!page.has_more) break;
      await say(ada, rooms[0] ?? "", "again");
      page = await syncChats(bob, page.cursor, 2);
    }
    for (const id of rooms) expect(seen).toContain(id);
    expect((await syncChats(bob, page.cursor)).rooms).toContainEqual(await viewRoom(bob, rooms[0] ?? ""));
  });

  it("[S3] nor one that ended, however many did", async () => {
    const { cursor } = await syncChats(bob);
    const missing = new Set(await addEndedRooms(1_001));
    let page = await syncChats(bob, cursor);
    for (let pages = 0; pages < 5; pages += 1) {
      for (const id of page.removed_rooms) missing.delete(id);
      // The device drops all that it has, with what ended.
      if (page.full) missing.clear();
      page = await syncChats(bob, page.cursor);
    }
    expect(missing.size).toBe(0);
  });

  it("[S3] brings what one hid, in pages too", async () => {
    for (let n = 1; n <= 5; n += 1) await say(ada, room, `message ${n}`);
    let { cursor } = await syncChats(bob);
    for (let n = 1; n <= 5; n += 1) await bob.rest.delete(`/messages/${room}.${n}?for=me`);
    const hidden: string[] = [];
    for (let more = true; more; ) {
      const page = await syncChats(bob, cursor, 2);
      hidden.push(...page.account.hidden_messages.map((entry: { message_id: string }) => entry.message_id));
      ({ cursor, has_more: more } = page);
    }
    expect(hidden).toEqual([1, 2, 3, 4, 5].map((n) => `${room}.${n}`));
  });
});
