/** Blocking: what a blocked one says does not come, and nothing tells them so. */
import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Listener, listenTo } from "../../../test/setup/listening.ts";
import { lockUser } from "../../../test/setup/room-lock.ts";
import { codeOf, makeDirect, makeGroup, readHistory, say, viewMessage, viewRoom } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";
import { makeSide, type Side, type Step, steps, take, toComparable } from "./blocked-pair.fixture.ts";

let server: TestServer;
let there: TestServer;
let database: pg.Client;
let ann: Person;
let bea: Person;
let room: string;
let tests = 0;

beforeAll(async () => {
  server = await startTestServer({ databasePoolSize: 8 });
  there = await startTestServer({ databasePoolSize: 8, databaseUrl: server.databaseUrl });
  database = new pg.Client(server.databaseUrl);
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await there.close();
  await server.close();
});

/** bea, and ann whom she is to block. Names are not parts of each other, nor of what is said. */
async function makePair(): Promise<void> {
  tests += 1;
  ann = await server.person(`ann-${tests}-x`);
  bea = await server.person(`bea-${tests}-x`);
}

async function makeRoom(): Promise<void> {
  await makePair();
  room = await makeDirect(ann, bea.id);
}

async function block(blocker: Person, blocked: Person) {
  const reply = await blocker.rest.put(`/users/${blocked.id}/block`);
  expect(codeOf(reply)).toBe("ok");
  return reply.body.data;
}

async function unblock(blocker: Person, blocked: Person) {
  return (await blocker.rest.delete(`/users/${blocked.id}/block`)).body.data;
}

async function listen(person: Person): Promise<Listener> {
  return listenTo(await server.socket(person));
}

async function send(person: Person, content = "hear me"): Promise<string> {
  return codeOf(await person.rest.post(`/rooms/${room}/messages`, { content }));
}

async function contents(person: Person): Promise<string[]> {
  return (await readHistory(person, room)).map((message) => message.content);
}

describe("the list", () => {
  it("[B1][A1][A3] is the user's own, told to their other sockets alone, and synced; twice is once", async () => {
    await makeRoom();
    const [laptop, foreign] = [await listen(bea), await listen(ann)];
    const done = await block(bea, ann);
    expect(done).toEqual({ user_id: ann.id, is_blocked: true, account_change: expect.any(Number) });
    expect(await block(bea, ann)).toEqual(done);
    for (const listener of [laptop, foreign]) await listener.settle();
    expect(laptop.of("account:update")).toMatchObject([
      { kind: "settings", account_change: done.account_change, settings: { blocked_user_ids: [ann.id] } },
    ]);
    expect(foreign.heard).toEqual([]);
    expect((await bea.rest.get("/blocks")).body.data).toEqual([ann.id]);
    const { account } = (await bea.rest.post("/sync/chats", {})).body.data;
    expect(account.settings).toMatchObject({ blocked_user_ids: [ann.id], account_change: done.account_change });
    const lifted = await unblock(bea, ann);
    expect(lifted).toEqual({ user_id: ann.id, is_blocked: false, account_change: done.account_change + 1 });
    expect(await unblock(bea, ann)).toEqual(lifted);
    expect((await bea.rest.get("/blocks")).body.data).toEqual([]);
    const untouched = { blocked_user_ids: [], account_change: 0 };
    expect((await ann.rest.post("/sync/chats", {})).body.data.account.settings).toMatchObject(untouched);
  });

  it("[B1][G9] has no place for oneself, for nobody, or for another tenant's user", async () => {
    await makePair();
    await server.person("twin", "elsewhere");
    expect(codeOf(await bea.rest.put(`/users/${bea.id}/block`))).toBe("conflict");
    for (const id of ["twin", "nobody-at-all"]) {
      expect(codeOf(await bea.rest.put(`/users/${id}/block`))).toBe("not_found");
      expect(codeOf(await bea.rest.delete(`/users/${id}/block`))).toBe("not_found");
    }
    expect((await bea.rest.get("/blocks")).body.data).toEqual([]);
  });

  it("[B1][G11] has a thousand places", async () => {
    await makePair();
    await database.query(
      `insert into blocks (tenant_id, user_id, blocked_id, blocked_at)
       select 'default', $1, 'enemy-' || n, now() from generate_series(1, 999) n`,
      [bea.id],
    );
    await block(bea, ann);
    await server.person("one-more");
    expect(codeOf(await bea.rest.put("/users/one-more/block"))).toBe("conflict");
    expect(await block(bea, ann)).toMatchObject({ is_blocked: true });
  });
});

describe("a message of one who is blocked", () => {
  it("[B2] does not come, however it is asked for, and does not come later either", async () => {
    await makeRoom();
    await say(ann, room, "before");
    const before = await viewRoom(bea, room);
    const cursor = (await bea.rest.post("/sync/chats", {})).body.data.cursor;
    await block(bea, ann);
    const listener = await listen(bea);
    const meta_data = { mentions: [bea.id] };
    const { id } = await say(ann, room, "hear me", { meta_data });
    expect(await listener.settle()).toEqual([]);
    const { last_sequence, last_change } = await viewRoom(ann, room);
    expect(await viewRoom(bea, room)).toEqual({ ...before, last_sequence, last_change });
    expect(await contents(bea)).toEqual(["before"]);
    for (const path of [`/messages/${id}`, `/messages/${id}/info`]) {
      expect(codeOf(await bea.rest.get(path)), path).toBe("not_found");
    }
    expect(codeOf(await bea.rest.post(`/messages/${id}/star`))).toBe("not_found");
    expect((await bea.rest.get("/mentions")).body.data).toEqual([]);
    await unblock(bea, ann);
    await say(ann, room, "after");
    expect(await contents(bea)).toEqual(["before", "after"]);
    expect(await viewRoom(bea, room)).toMatchObject({ unread_count: 2, mention_count: 0 });
    const sync = (since: object) => bea.rest.post("/sync/messages", { room_id: room, ...since });
    for (const since of [{}, { since_change: 1 }, { since_sequence: 0 }]) {
      const { messages } = (await sync(since)).body.data;
      expect(messages.map((message: { content: string }) => message.content)).toEqual(["before", "after"]);
    }
    const { account } = (await bea.rest.post("/sync/chats", { cursor })).body.data;
    expect(account.hidden_messages).toEqual([]);
  });

  it("[B2] has come to nobody, ever: also when the watermark of who blocked rises over it", async () => {
    await makeRoom();
    await block(bea, ann);
    const { id } = await say(ann, room, "hear me");
    await unblock(bea, ann);
    const later = await say(ann, room, "and now?");
    await bea.rest.post(`/rooms/${room}/receipts`, { kind: "read", up_to_sequence: 2 });
    expect(await viewMessage(ann, later.id)).toMatchObject({ status: "read" });
    expect(await viewMessage(ann, id)).toMatchObject({ status: "sent" });
    const info = (await ann.rest.get(`/messages/${id}/info`)).body.data;
    expect(info).toMatchObject({ delivered_to: [], seen_by: [], total_recipients: 1 });
  });

  it("[B2][M4] is not shown by a later reply to it, but to its sender", async () => {
    await makeRoom();
    await block(bea, ann);
    const { id } = await say(ann, room, "hear me");
    await unblock(bea, ann);
    const [own, foreign] = [await listen(ann), await listen(bea)];
    const reply = await say(ann, room, "as I said", { reply_to: id });
    await ann.rest.put(`/messages/${id}`, { content: "hear me!" });
    for (const listener of [own, foreign]) await listener.settle();
    expect(reply.reply_preview).toMatchObject({ content: "hear me" });
    expect(own.of("message:receive")).toMatchObject([{ reply_preview: { content: "hear me" } }]);
    expect(foreign.of("message:receive")).toMatchObject([{ content: "as I said", reply_preview: null }]);
    expect(foreign.of("message:edit:update")).toMatchObject([{ content: "as I said", reply_preview: null }]);
    expect(await viewMessage(bea, reply.id)).toMatchObject({ reply_preview: null });
    expect(await viewMessage(ann, reply.id)).toMatchObject({ reply_preview: { content: "hear me!" } });
    expect(JSON.stringify(foreign.heard)).not.toContain("hear me");
  });

  it("[B2] neither a pin of it nor what says so comes; another's pin tells nothing of it", async () => {
    await makeRoom();
    const first = await say(ann, room, "before");
    await block(bea, ann);
    const { id } = await say(ann, room, "hear me");
    const listener = await listen(bea);
    await ann.rest.put(`/messages/${id}/pin`, { duration: "24h" });
    expect(await listener.settle()).toEqual([]);
    expect(await viewRoom(bea, room)).toMatchObject({ pinned_messages: [], last_message: { content: "before" } });
    const pinned = await bea.rest.put(`/messages/${first.id}/pin`, { duration: "24h" });
    expect(codeOf(pinned), JSON.stringify(pinned.body)).toBe("ok");
    expect(pinned.body.data.pinned_messages).toMatchObject([{ message_id: first.id }]);
    expect((await viewRoom(bea, room)).pinned_messages).toMatchObject([{ message_id: first.id }]);
    expect((await viewRoom(ann, room)).pinned_messages).toMatchObject([{ message_id: first.id }, { message_id: id }]);
    await listener.settle();
    expect(JSON.stringify(listener.heard)).not.toContain(`"${id}"`);
    expect(listener.of("group:updated")).toMatchObject([{ pinned_messages: [{ message_id: first.id }] }]);
  });

  it("[B4] nor does what they make of what was said before; what they delete is deleted", async () => {
    await makeRoom();
    const { id } = await say(ann, room, "before");
    const { id: quoting } = await say(bea, room, "what?", { reply_to: id });
    await block(bea, ann);
    const [own, foreign] = [await listen(ann), await listen(bea)];
    const edit = await ann.rest.put(`/messages/${id}`, { content: "hear me", meta_data: { mentions: [bea.id] } });
    expect(edit.body.data).toMatchObject({ content: "hear me", is_edited: true, meta_data: { mentions: [bea.id] } });
    await ann.rest.post(`/messages/${quoting}/reactions/${encodeURIComponent("👎")}`);
    await own.settle();
    expect(own.of("message:edit:update")).toMatchObject([
      { id, content: "hear me" },
      { id: quoting, reply_preview: { content: "hear me" } },
    ]);
    expect(await foreign.settle()).toEqual([]);
    await unblock(bea, ann);
    expect(await viewMessage(ann, id)).toEqual(edit.body.data);
    expect(await viewMessage(bea, id)).toMatchObject({ content: "before", is_edited: false, meta_data: {} });
    const seen = { reactions: [], reply_preview: { content: "before" } };
    expect(await viewMessage(bea, quoting)).toMatchObject(seen);
    await bea.rest.post(`/messages/${quoting}/reactions/${encodeURIComponent("👍")}`);
    await foreign.settle();
    expect(foreign.of("message:reaction:update")).toMatchObject([{ reactions: [{ emoji: "👍" }] }]);
    await own.settle();
    expect(own.of("message:reaction:update").at(-1)?.reactions).toMatchObject([{ emoji: "👎" }, { emoji: "👍" }]);
    await block(bea, ann);
    expect(codeOf(await ann.rest.delete(`/messages/${id}`))).toBe("ok");
    expect(await viewMessage(bea, id)).toMatchObject({ is_deleted: true, content: "" });
    expect(JSON.stringify(foreign.heard)).not.toContain("hear me");
  });

  it("[B4] comes in groups as ever", async () => {
    await makePair();
    room = await makeGroup(ann, [bea.id]);
    await block(bea, ann);
    expect([await send(ann), await send(bea)]).toEqual(["ok", "ok"]);
    expect(await contents(bea)).toEqual(["hear me", "hear me"]);
    expect(await viewRoom(ann, room)).toMatchObject({ unread_count: 1, last_message: { sender_id: bea.id } });
  });
});

describe("one who blocks", () => {
  it("[B3][G8] can't send to whom they block, until they lift it; the other's block stays", async () => {
    await makeRoom();
    await block(bea, ann);
    expect([await send(bea), await send(ann)]).toEqual(["forbidden", "ok"]);
    await block(ann, bea);
    expect([await send(bea), await send(ann)]).toEqual(["forbidden", "forbidden"]);
    await unblock(bea, ann);
    expect([await send(bea, "too late"), await send(ann)]).toEqual(["ok", "forbidden"]);
    expect(await contents(ann)).not.toContain("too late");
  });

  it("[B3] what they receive and read is theirs alone, and all their devices agree on it", async () => {
    await makeRoom();
    const { id } = await say(ann, room, "before");
    await block(bea, ann);
    await say(ann, room, "hear me");
    const { last_change } = await viewRoom(ann, room);
    const [own, foreign] = [await listen(bea), await listen(ann)];
    const mark = async (kind: string) =>
      (await bea.rest.post(`/rooms/${room}/receipts`, { kind, up_to_sequence: 9 })).body.data;
    expect(await mark("delivered")).toMatchObject({ is_changed: false, delivered_sequence: 0 });
    const read = await mark("read");
    expect(read).toMatchObject({ is_changed: true, read_sequence: 1, delivered_sequence: 1 });
    expect(await mark("read")).toEqual({ ...read, is_changed: false });
    for (const listener of [own, foreign]) await listener.settle();
    expect(own.of("message:seen:update")).toMatchObject([{ user_id: bea.id, up_to_sequence: 1 }]);
    expect(foreign.heard).toEqual([]);
    const receiptOf = async (viewer: Person, since: object) => {
      const { receipts } = (await viewer.rest.post("/sync/messages", { room_id: room, ...since })).body.data;
      return receipts.find((receipt: { user_id: string }) => receipt.user_id === bea.id);
    };
    const own_marks = { delivered_sequence: 1, read_sequence: 1 };
    expect(await receiptOf(bea, {})).toMatchObject(own_marks);
    expect(await receiptOf(bea, { since_change: last_change })).toMatchObject(own_marks);
    expect(await viewRoom(bea, room)).toMatchObject({ ...own_marks, unread_count: 0 });
    expect(await receiptOf(ann, {})).toMatchObject({ delivered_sequence: 0, read_sequence: 0 });
    expect(await viewMessage(ann, id)).toMatchObject({ status: "sent" });
    expect((await ann.rest.get(`/messages/${id}/info`)).body.data).toMatchObject({ delivered_to: [], seen_by: [] });
  });

  it("[B3][P7] typing of either is told to their own other sockets alone, on sockets of any age", async () => {
    await makeRoom();
    const early = [await listen(ann), await listen(ann), await listen(bea)] as const;
    await block(bea, ann);
    const late = [await listen(ann), await listen(bea)] as const;
    const type = async (by: Listener) => {
      await by.socket.emitWithAck("user:typing", { room_id: room });
      await by.socket.emitWithAck("user:stop_typing", { room_id: room });
      for (const listener of [...early, ...late]) await listener.settle();
      return [...early, ...late].map((listener) => listener.heard.splice(0).map(({ event }) => event));
    };
    const both = ["user:typing", "user:stop_typing"];
    await early[2].settle();
    early[2].heard.splice(0);
    expect(await type(early[0])).toEqual([[], both, [], both, []]);
    expect(await type(late[1])).toEqual([[], [], both, [], []]);
    await unblock(bea, ann);
    const kind = "voice";
    await late[1].socket.emitWithAck("user:typing", { room_id: room, kind });
    await early[0].settle();
    expect(early[0].of("user:typing")).toMatchObject([{ user_id: bea.id, kind }]);
  });

  it("[B3][P5] and who is blocked seem away to each other, and are told so, and told when it ends", async () => {
    await makeRoom();
    await ann.rest.put("/users/me/status-message", { status_message: "here" });
    const [anns, beas] = [await listen(ann), await listen(bea)];
    await anns.socket.emitWithAck("presence:subscribe", { user_ids: [bea.id] });
    await beas.socket.emitWithAck("presence:subscribe", { user_ids: [ann.id] });
    const away = { is_online: false, last_seen: null, status_message: null };
    await block(bea, ann);
    await expect.poll(() => anns.of("user:presence_update")).toEqual([{ user_id: bea.id, ...away }]);
    await expect.poll(() => beas.of("user:presence_update")).toEqual([{ user_id: ann.id, ...away }]);
    expect((await ann.rest.get(`/users/${bea.id}/presence`)).body.data).toEqual({ user_id: bea.id, ...away });
    expect((await bea.rest.get(`/users/${ann.id}`)).body.data).toMatchObject(away);
    expect((await bea.rest.get("/users/me")).body.data).toMatchObject({ is_online: true });
    await unblock(bea, ann);
    await expect.poll(() => anns.of("user:presence_update")[1]).toMatchObject({ is_online: true });
    await expect
      .poll(() => beas.of("user:presence_update")[1])
      .toMatchObject({ is_online: true, status_message: "here" });
  });

  it("[B5] is not told of a room that a blocked one begins; it is hidden, and nothing in it comes", async () => {
    await makePair();
    await block(bea, ann);
    const [own, foreign] = [await listen(bea), await listen(ann)];
    room = (await ann.rest.post("/rooms", { type: "direct", member_ids: [bea.id] })).body.data.id;
    expect(await send(ann)).toBe("ok");
    await own.settle();
    expect(own.heard).toEqual([]);
    await foreign.settle();
    expect(foreign.of("room:created")).toMatchObject([{ is_hidden: false, is_request: false }]);
    expect(await viewRoom(bea, room)).toMatchObject({ is_hidden: true, last_message: null, unread_count: 0 });
    expect((await bea.rest.post("/sync/chats", {})).body.data.rooms).toMatchObject([{ is_hidden: true }]);
    await foreign.socket.emitWithAck("user:typing", { room_id: room });
    expect(await own.settle()).toEqual([]);
    await unblock(bea, ann);
    await send(ann, "after");
    await own.settle();
    expect(own.of("message:receive")).toMatchObject([{ content: "after" }]);
  });
});

describe("[B5] a block and the making of the room, at the same instant, on two nodes", () => {
  it("the room knows of the block", async () => {
    const server2 = (person: Person) => there.rest(person.token);
    for (let round = 0; round < 20; round += 1) {
      await makePair();
      const begin = () => server2(ann).post("/rooms", { type: "direct", member_ids: [bea.id] });
      const orders = [() => [begin(), block(bea, ann)], () => [block(bea, ann), begin()]];
      await Promise.all(orders[round % 2]?.() ?? []);
      room = (await begin()).body.data.id;
      expect([await send(ann), await send(bea), await contents(bea)]).toEqual(["ok", "forbidden", []]);
    }
  });

  it("the room that was made after the block had looked for it knows of it too", async () => {
    await makePair();
    // Held as by one who makes a room: to block, one waits for it.
    await database.query("begin");
    await database.query("select 1 from users where id = $1 for share", [bea.id]);
    const blocking = block(bea, ann);
    const countWaiting = async () => {
      const { rows } = await database.query(`
        select count(*)::int as waiting from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`);
      return rows[0].waiting;
    };
    await expect.poll(countWaiting).toBe(1);
    room = await makeDirect(ann, bea.id);
    await database.query("commit");
    await blocking;
    expect([await send(ann), await send(bea), await contents(bea)]).toEqual(["ok", "forbidden", []]);
  });

  it("[G8] once a block has been answered, nothing comes", async () => {
    for (let round = 0; round < 10; round += 1) {
      await makeRoom();
      const sends = Array.from({ length: 6 }, (_, n) =>
        there.rest(ann.token).post(`/rooms/${room}/messages`, { content: `${n}` }),
      );
      await block(bea, ann);
      const known = await contents(bea);
      for (const reply of await Promise.all(sends)) expect(codeOf(reply)).toBe("ok");
      expect(await send(ann)).toBe("ok");
      expect(await contents(bea)).toEqual(known);
    }
  });
});

describe("[B1] two blocks at once", () => {
  it("of the same user are one, and of two users both stand and are told", async () => {
    await makePair();
    const cal = await server.person(`cal-${tests}-x`);
    const listener = await listen(ann);
    const lock = await lockUser(server.databaseUrl, ann.id);
    const blocks = [bea.id, bea.id, cal.id].map((id) => ann.rest.put(`/users/${id}/block`));
    await lock.waitForBlocked(3);
    await lock.commit();
    await lock.release();
    expect((await Promise.all(blocks)).map(codeOf)).toEqual(["ok", "ok", "ok"]);
    await listener.settle();
    const told = listener.heard.filter(({ event }) => event === "account:update");
    expect(told.at(-1)?.payload.settings.blocked_user_ids.toSorted()).toEqual([bea.id, cal.id].sort());
    expect(told).toHaveLength(2);
    listener.socket.disconnect();
  });
});

describe("[B2][B3][B4] to one who is blocked", () => {
  it("everything is as it is to one whose peer is away, and to who blocks, as if they had not done it", async () => {
    await fc.assert(fc.asyncProperty(steps, checkPair), { numRuns: 8 });
  }, 60_000);
});

async function checkPair(taken: Step[]): Promise<void> {
  await makePair();
  const [cal, dee] = [await server.person(`cal-${tests}-x`), await server.person(`dee-${tests}-x`)];
  const blocked = await makeSide(server, ann, bea);
  const control = await makeSide(server, cal, dee);
  room = blocked.room;
  const listener = await listen(bea);
  const before = await viewRoom(bea, room);
  await block(bea, ann);
  for (const [index, step] of taken.entries()) {
    const seen = await both([blocked, control], step);
    expect(seen[0], `${index}: ${JSON.stringify(step)}`).toEqual(seen[1]);
  }
  await checkBlocker(listener, before);
  for (const { phone, laptop } of [blocked, control]) for (const { socket } of [phone, laptop]) socket.disconnect();
  listener.socket.disconnect();
}

function both(sides: Side[], step: Step): Promise<unknown[]> {
  return Promise.all(sides.map(async (side) => toComparable(side, await take(side, step))));
}

/** What was said before the block is shared still; of what was said since, nothing has come, or is counted. */
async function checkBlocker(listener: Listener, before: Awaited<ReturnType<typeof viewRoom>>): Promise<void> {
  await listener.settle();
  const about = (payload: { message_id?: string; id?: string }) =>
    Number((payload.message_id ?? payload.id)?.split(".")[1]);
  const told = listener.heard.filter(({ event }) => event !== "account:update" && !event.endsWith(":update"));
  // A pin goes with a message of before the block that is deleted, for both.
  expect(told.filter(({ event }) => event !== "group:updated")).toEqual([]);
  for (const { event, payload } of listener.heard) {
    if ("up_to_sequence" in payload || event === "account:update") continue;
    if (event === "group:updated") {
      for (const pin of payload.pinned_messages) expect(about(pin), event).toBeLessThan(4);
      continue;
    }
    expect(about(payload), event).toBeLessThan(4);
    expect(event).not.toBe("message:reaction:update");
    expect([undefined, "", "hello", "hi", "still there?"]).toContain(payload.content);
  }
  const after = await viewRoom(bea, room);
  expect(after.unread_count).toBeLessThanOrEqual(before.unread_count);
  expect(after.last_message?.sequence_number).toBe(3);
  expect((await readHistory(bea, room)).map((message) => message.sequence_number)).toEqual([1, 2, 3]);
}
