/** [M12] Retention: what is older than it is kept becomes a tombstone, and devices learn of it as of any deletion. */
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { createFakeClock, createLastingPerson, type FakeClock } from "../../../test/setup/fake-clock.ts";
import { listenTo } from "../../../test/setup/listening.ts";
import { codeOf, makeGroup, readHistory, say, viewMessage, viewRoom } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";
import { upload } from "../../../test/setup/upload.ts";
import { createWatchedLog } from "../../../test/setup/watched-log.ts";
import { createDatabase, createPool } from "../../db/database.ts";
import { noAudiences } from "../../ports/audiences/no-audiences.ts";
import { createMediaLinks } from "../media/media-links.ts";
import type { BuryServices } from "./bury-messages-access.ts";
import { retainMessages } from "./retain-messages.ts";

let server: TestServer;
let clock: FakeClock;
let ada: Person;
let bob: Person;

beforeAll(async () => {
  clock = createFakeClock();
  server = await startTestServer({ clock });
  [ada, bob] = [await createLastingPerson(server, "ada"), await createLastingPerson(server, "bob")];
});
afterAll(() => server.close());

/** What a node without sockets has: devices learn by sync. */
function openNode(): BuryServices {
  const log = createWatchedLog();
  const pool = createPool({ connectionString: server.databaseUrl }, 2, log);
  onTestFinished(() => pool.end());
  const now = () => clock.now();
  return {
    db: createDatabase(pool),
    clock,
    log,
    links: createMediaLinks({ origin: () => "", secret: "x".repeat(32), now, signedSeconds: 60, cloudflare: false }),
    audiences: noAudiences,
    jobs: { start: () => {}, wake: () => {}, stop: async () => {} },
  };
}

/** A round that takes what is more than a minute old. */
function retain(node: BuryServices, limit = 1_000) {
  return retainMessages(node, { olderThan: new Date(clock.now().getTime() - 60_000), limit });
}

/** The same, when all that earlier tests said is gone. */
async function openCleanNode(): Promise<BuryServices> {
  const node = openNode();
  clock.pass(120);
  await retain(node);
  return node;
}

async function tombstonesOf(person: Person, room: string): Promise<boolean[]> {
  return (await readHistory(person, room)).map((message) => message.is_deleted);
}

describe("[M12] a round", () => {
  it("leaves tombstones of what is old, each by a change of its own, and nothing else", async () => {
    const room = await makeGroup(ada, ["bob"]);
    const [old, second] = [await say(ada, room, "old"), await say(bob, room, "old too")];
    await ada.rest.patch(`/rooms/${room}`, { name: "Renamed" });
    await bob.rest.put(`/messages/${second.id}`, { content: "edited" });
    await ada.rest.post(`/messages/${second.id}/reactions/${encodeURIComponent("👍")}`);
    await ada.rest.put(`/messages/${second.id}/star`);
    clock.pass(120);
    const young = await say(ada, room, "young");
    const before = await viewRoom(bob, room);
    expect(await retain(openNode())).toEqual({ messages: 2, hasMore: false });
    const { last_change } = await viewRoom(bob, room);
    expect(last_change).toBe(before.last_change + 2);
    const body = { room_id: room, since_change: before.last_change };
    const { messages } = (await bob.rest.post("/sync/messages", body)).body.data;
    expect(messages).toMatchObject([
      { id: old.id, is_deleted: true, content: "", change: last_change - 1 },
      { id: second.id, is_deleted: true, content: "", change: last_change, reactions: [], is_edited: false },
    ]);
    expect(await viewMessage(bob, young.id)).toMatchObject({ is_deleted: false, content: "young" });
    expect((await readHistory(ada, room)).find((message) => message.message_type === "system")?.is_deleted).toBe(false);
    expect((await ada.rest.get(`/messages/starred?room_id=${room}`)).body.data).toEqual([]);
    expect(await retain(openNode())).toEqual({ messages: 0, hasMore: false });
  });

  it("is no longer than it is asked to be, and the next goes on", async () => {
    const node = await openCleanNode();
    const rooms = [await makeGroup(ada), await makeGroup(ada)];
    for (const room of rooms) for (let n = 0; n < 25; n += 1) await say(ada, room, `m${n}`);
    clock.pass(120);
    const rounds = [await retain(node, 30), await retain(node, 15), await retain(node, 15)];
    expect(rounds).toEqual([
      { messages: 30, hasMore: true },
      { messages: 15, hasMore: true },
      { messages: 5, hasMore: false },
    ]);
    for (const room of rooms) expect(new Set(await tombstonesOf(ada, room))).toEqual(new Set([true]));
  });

  it("[G7] counts what it took as unread no more, whatever was deleted or hidden before and after", async () => {
    const room = await makeGroup(ada, ["bob"]);
    const said = [];
    for (let n = 0; n < 6; n += 1) said.push(await say(ada, room, `m${n}`));
    await ada.rest.delete(`/messages/${said[1]?.id}`);
    await bob.rest.delete(`/messages/${said[2]?.id}?for=me`);
    clock.pass(120);
    for (let n = 0; n < 4; n += 1) said.push(await say(ada, room, `n${n}`));
    await ada.rest.delete(`/messages/${said[7]?.id}`);
    await bob.rest.delete(`/messages/${said[8]?.id}?for=me`);
    expect((await viewRoom(bob, room)).unread_count).toBe(6);
    await retain(openNode());
    expect((await viewRoom(bob, room)).unread_count).toBe(2);
    await bob.rest.put(`/messages/${said[6]?.id}/seen`);
    expect((await viewRoom(bob, room)).unread_count).toBe(1);
  });

  it("[M4] changes the previews of younger replies", async () => {
    const room = await makeGroup(ada);
    const { id } = await say(ada, room, "the question");
    clock.pass(120);
    const reply = await say(ada, room, "the answer", { reply_to: id });
    const { last_change } = await viewRoom(ada, room);
    await retain(openNode());
    const body = { room_id: room, since_change: last_change };
    const { messages } = (await ada.rest.post("/sync/messages", body)).body.data;
    expect(messages).toMatchObject([
      { id, is_deleted: true },
      { id: reply.id, content: "the answer", reply_preview: { id, content: "", is_deleted: true } },
    ]);
  });

  it("[D8] ends media that no younger message carries", async () => {
    const room = await makeGroup(ada, ["bob"]);
    const [alone, again] = [await upload(ada), await upload(ada)];
    for (const { id } of [alone, again]) await say(ada, room, "", { upload_id: id });
    clock.pass(120);
    await say(ada, room, "", { upload_id: again.id });
    await retain(openNode());
    expect(codeOf(await bob.rest.get(`/media/${alone.id}`))).toBe("not_found");
    expect(codeOf(await bob.rest.get(`/media/${again.id}`))).toBe("ok");
  });

  it("comes to closed rooms and to every tenant", async () => {
    const node = await openCleanNode();
    const closed = await makeGroup(ada);
    await say(ada, closed, "left behind");
    await ada.rest.delete(`/rooms/${closed}`);
    const twin = await createLastingPerson(server, "ada", "elsewhere");
    const theirs = await makeGroup(twin);
    await say(twin, theirs, "old");
    clock.pass(120);
    expect(await retain(node)).toMatchObject({ messages: 2 });
    expect(await tombstonesOf(twin, theirs)).toEqual([true]);
    const client = new pg.Client(server.databaseUrl);
    await client.connect();
    const { rows } = await client.query("select content from messages where room_id = $1", [closed]);
    await client.end();
    expect(rows).toEqual([{ content: "" }]);
  });

  it("[G12] in which a room fails goes on with those behind it, and fails at its end", async () => {
    const node = await openCleanNode();
    const rooms = [await makeGroup(ada), await makeGroup(ada)].sort();
    for (const room of rooms) await say(ada, room, "old");
    const client = new pg.Client(server.databaseUrl);
    await client.connect();
    onTestFinished(() => client.end());
    await client.query(
      `alter table messages add constraint no_tombstone check (room_id <> '${rooms[0]}' or content <> '' or message_type = 'system')`,
    );
    clock.pass(120);
    await expect(retain(node)).rejects.toThrow("1 rooms could not be retained");
    await client.query("alter table messages drop constraint no_tombstone");
    expect(await tombstonesOf(ada, rooms[0] ?? "")).toEqual([false]);
    expect(await tombstonesOf(ada, rooms[1] ?? "")).toEqual([true]);
    expect(await retain(node)).toEqual({ messages: 1, hasMore: false });
  });

  it("[G2] of two nodes at once, while others write, takes each message once and leaves no gap", async () => {
    const node = await openCleanNode();
    const room = await makeGroup(ada, ["bob"]);
    for (let n = 0; n < 40; n += 1) await say(ada, room, `m${n}`);
    const { last_change } = await viewRoom(ada, room);
    clock.pass(120);
    const [one, two] = [node, openNode()];
    const writing = Array.from({ length: 20 }, (_, n) =>
      n % 2 === 0 ? say(bob, room, `w${n}`) : bob.rest.delete(`/messages/${room}.${n}?for=me`),
    );
    const [first, second] = await Promise.all([retain(one), retain(two), ...writing]);
    expect((first?.messages ?? 0) + (second?.messages ?? 0)).toBe(40);
    const body = { room_id: room, since_change: last_change, limit: 100 };
    const { messages } = (await ada.rest.post("/sync/messages", body)).body.data;
    expect(messages.map((message: { change: number }) => message.change)).toEqual(
      Array.from({ length: 50 }, (_, n) => last_change + n + 1),
    );
  });
});

it("[M12] with PIPIT_RETENTION_DAYS set, a job does so, and members hear of it", async () => {
  const ownClock = createFakeClock();
  const own = await startTestServer({ clock: ownClock, retentionDays: 30 });
  onTestFinished(() => own.close());
  const person = await createLastingPerson(own, "ada");
  const room = await makeGroup(person);
  const { id } = await say(person, room, "old");
  ownClock.pass(30 * 86_400 + 1);
  const young = await say(person, room, "young");
  const listener = listenTo(await own.socket(person));
  await vi.waitFor(() => expect(listener.of("message:delete:update")).toMatchObject([{ id }]), { timeout: 15_000 });
  expect(await viewMessage(person, young.id)).toMatchObject({ is_deleted: false });
}, 30_000);
