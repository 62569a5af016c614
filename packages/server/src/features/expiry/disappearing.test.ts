/** Messages that disappear: the room's setting, the job that ends them, and what members learn of it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { createFakeClock, createLastingPerson } from "../../../test/setup/fake-clock.ts";
import { listenTo } from "../../../test/setup/listening.ts";
import { codeOf, makeDirect, makeGroup, readFacts, say, viewMessage, viewRoom } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer, testSecret } from "../../../test/setup/test-server.ts";
import { note, requestUpload, upload } from "../../../test/setup/upload.ts";
import { createWatchedLog } from "../../../test/setup/watched-log.ts";
import { createDatabase, createPool } from "../../db/database.ts";
import { createPipit } from "../../pipit.ts";
import { noAudiences } from "../../ports/audiences/no-audiences.ts";
import { createMediaLinks } from "../media/media-links.ts";
import type { BuryServices } from "../messages/bury-messages-access.ts";
import { expireMessages } from "./expire-messages.ts";

const day = 86_400;
const clock = createFakeClock();
let server: TestServer;
let ada: Person;
let bob: Person;

beforeAll(async () => {
  server = await startTestServer({ clock });
  [ada, bob] = [await createLastingPerson(server, "ada"), await createLastingPerson(server, "bob")];
  await createLastingPerson(server, "carl");
});
afterAll(() => server.close());

const lasting = (seconds: number) => ({ settings: { disappearing_seconds: seconds } });

/** A group of ada and bob in which messages last a day. */
function makeFleeting(owner = ada): Promise<string> {
  return makeGroup(owner, owner.tenant === ada.tenant ? ["bob"] : [], lasting(day));
}

/** Has the server run the jobs that are due: to give up an upload wakes them. */
async function wakeJobs(): Promise<void> {
  const { uploadId } = await requestUpload(ada, note);
  await ada.rest.delete(`/media/${uploadId}`);
}

async function passDay(): Promise<void> {
  clock.pass(day);
  await wakeJobs();
}

function untilGone(person: Person, id: string): Promise<void> {
  return vi.waitFor(async () => expect((await viewMessage(person, id)).is_deleted).toBe(true), { timeout: 8_000 });
}

async function query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client(server.databaseUrl);
  await client.connect();
  onTestFinished(() => client.end());
  return (await client.query<Row>(text, values)).rows;
}

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

describe("[E1] how long messages last", () => {
  it("is set by admins, in a direct room by both and nothing else there", async () => {
    const group = await makeGroup(ada, ["bob"]);
    const direct = await makeDirect(ada, "bob");
    const set = async (person: Person, room: string, settings: object) =>
      codeOf(await person.rest.patch(`/rooms/${room}`, { settings }));
    const week = { disappearing_seconds: 7 * day };
    expect(await set(ada, group, week)).toBe("ok");
    expect(await set(bob, group, { disappearing_seconds: 0 })).toBe("forbidden");
    expect(await set(ada, direct, week)).toBe("ok");
    expect(await set(bob, direct, { disappearing_seconds: day })).toBe("ok");
    expect(await set(bob, direct, { ...week, slow_mode_seconds: 1 })).toBe("forbidden");
    expect(await set(bob, direct, { who_can_send: "admins" })).toBe("forbidden");
    expect(codeOf(await bob.rest.patch(`/rooms/${direct}`, { name: "Us", settings: week }))).toBe("forbidden");
    expect((await viewRoom(ada, direct)).settings.disappearing_seconds).toBe(day);
    const changed = { kind: "room_updated", changed: ["disappearing_seconds"] };
    expect(await readFacts(ada, direct)).toMatchObject([changed, changed]);
    for (const other of [1, 3_600, -day, null, "86400"]) {
      expect(await set(ada, group, { disappearing_seconds: other })).toBe("invalid_request");
    }
  });

  it("is of messages that are said from then on, whatever is edited or set later; those of the system stay", async () => {
    const room = await makeGroup(ada, ["bob"]);
    const before = await say(ada, room, "before");
    await ada.rest.patch(`/rooms/${room}`, lasting(day));
    const during = await say(ada, room, "during");
    const until = new Date(clock.now().getTime() + day * 1_000).toISOString();
    expect([before.expires_at, during.expires_at]).toEqual([null, until]);
    clock.pass(60);
    await ada.rest.put(`/messages/${during.id}`, { content: "edited" });
    await ada.rest.patch(`/rooms/${room}`, lasting(0));
    const after = await say(bob, room, "after");
    const { body } = await bob.rest.get(`/rooms/${room}/messages`);
    expect(body.data.map((message: { expires_at: string | null }) => message.expires_at)).toEqual([
      ...[null, null, until, null, null],
    ]);
    await passDay();
    await untilGone(bob, during.id);
    for (const { id } of [before, after]) expect(await viewMessage(bob, id)).toMatchObject({ is_deleted: false });
  });

  it("is for a forwarded copy what it is in the room that it goes to", async () => {
    const [fleeting, lastingRoom] = [await makeFleeting(), await makeGroup(ada, ["bob"])];
    const { id } = await say(ada, fleeting, "pass it on");
    const body = { target_room_ids: [lastingRoom, fleeting] };
    const [there, here] = (await ada.rest.post(`/messages/${id}/forward`, body)).body.data.message_ids;
    expect((await viewMessage(bob, there)).expires_at).toBeNull();
    await passDay();
    await untilGone(bob, here);
    expect(await viewMessage(bob, there)).toMatchObject({ content: "pass it on", is_deleted: false });
  });
});

describe("[E2] a message whose time has come", () => {
  it("is a tombstone with all that a deletion takes, told to those who listen and to those who come back", async () => {
    const room = await makeFleeting();
    const medium = await upload(ada);
    const said = await say(ada, room, "see @bob", { upload_id: medium.id, meta_data: { mentions: ["bob"] } });
    const poll = await say(ada, room, "", { meta_data: { poll: { question: "?", options: ["a", "b"] } } });
    await bob.rest.put(`/messages/${poll.id}/vote`, { option_ids: [0] });
    await bob.rest.post(`/messages/${said.id}/reactions/${encodeURIComponent("👍")}`);
    await bob.rest.put(`/messages/${said.id}/star`);
    await ada.rest.put(`/messages/${said.id}/pin`, {});
    clock.pass(day / 2);
    const reply = await say(ada, room, "look", { reply_to: said.id });
    const before = await viewRoom(bob, room);
    expect(before).toMatchObject({ unread_count: 3, mention_count: 1 });
    const listener = listenTo(await server.socket(bob));
    clock.pass(day / 2);
    await wakeJobs();
    await vi.waitFor(() => expect(listener.of("message:delete:update")).toHaveLength(2), { timeout: 8_000 });
    const { expires_at } = said;
    const gone = { id: said.id, content: "", is_deleted: true, expires_at, reactions: [], meta_data: {} };
    expect(listener.of("message:delete:update")).toMatchObject([gone, { id: poll.id, meta_data: {} }]);
    const since = { room_id: room, since_change: before.last_change };
    const { messages } = (await bob.rest.post("/sync/messages", since)).body.data;
    const [tombstone] = listener.of("message:delete:update");
    expect(messages.find((message: { id: string }) => message.id === said.id)).toMatchObject({
      ...gone,
      change: tombstone?.change,
      is_starred: false,
    });
    expect(await viewMessage(bob, reply.id)).toMatchObject({ reply_preview: { content: "", is_deleted: true } });
    expect(await viewRoom(bob, room)).toMatchObject({ unread_count: 1, mention_count: 0 });
    expect((await bob.rest.get(`/messages/starred?room_id=${room}`)).body.data).toEqual([]);
    expect(codeOf(await bob.rest.get(`/media/${medium.id}`))).toBe("not_found");
    expect(await query("select 1 from poll_votes where room_id = $1", [room])).toEqual([]);
  });

  it("goes in closed rooms too, and in those of every tenant", async () => {
    const closed = await makeFleeting();
    await say(ada, closed, "left behind");
    await ada.rest.delete(`/rooms/${closed}`);
    const twin = await createLastingPerson(server, "ada", "elsewhere");
    const theirs = await say(twin, await makeFleeting(twin), "theirs");
    await passDay();
    await untilGone(twin, theirs.id);
    const contentsOf = () => query("select content from messages where room_id = $1", [closed]);
    await vi.waitFor(async () => expect(await contentsOf()).toEqual([{ content: "" }]));
  });

  it("[G12] goes after a start, when the server was away at its time", async () => {
    const own = await startTestServer({ clock });
    onTestFinished(() => own.close());
    const person = await createLastingPerson(own, "ada");
    const room = await makeGroup(person, [], lasting(day));
    await say(person, room, "at night");
    await own.pipit.close();
    clock.pass(day);
    const dataDir = await mkdtemp(join(tmpdir(), "pipit-data-"));
    const again = await createPipit({
      clock,
      dataDir,
      databaseUrl: own.databaseUrl,
      jwtSecret: testSecret,
      log: createWatchedLog(),
    });
    const headers = { authorization: `Bearer ${person.token}` };
    const address = `/api/v1/chat/rooms/${room}/messages`;
    await vi.waitFor(
      async () => {
        const { data } = (await (await again.site.request(address, { headers })).json()) as { data: unknown };
        expect(data).toMatchObject([{ is_deleted: true, content: "" }]);
      },
      { timeout: 8_000 },
    );
    await again.close();
    await rm(dataDir, { recursive: true });
  });
});

describe("a round", () => {
  it("[G2] of two nodes at once, while others write, takes each message once and leaves no gap", async () => {
    const room = await makeFleeting();
    const media = [await upload(ada), await upload(ada)];
    for (let n = 0; n < 40; n += 1) await say(ada, room, `m${n}`, n % 20 === 7 ? { upload_id: media.pop()?.id } : {});
    const { last_change } = await viewRoom(ada, room);
    // The server's own job sleeps until something wakes it, and would do the same beside these.
    clock.pass(day);
    const writing = Array.from({ length: 20 }, (_, n) => say(bob, room, `w${n}`));
    await Promise.all([
      ...[openNode(), openNode()].map((node) => expireMessages(node, clock.now(), 5_000)),
      ...writing,
    ]);
    const since = { room_id: room, since_change: last_change, limit: 100 };
    const { messages } = (await ada.rest.post("/sync/messages", since)).body.data;
    const changes = messages.map((message: { change: number }) => message.change);
    expect(changes).toEqual(Array.from({ length: 60 }, (_, n) => last_change + n + 1));
    const gone = messages.filter((message: { is_deleted: boolean }) => message.is_deleted);
    expect(
      gone.map((message: { sequence_number: number }) => message.sequence_number).sort((a: number, b: number) => a - b),
    ).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
  });

  it("in which a room fails goes on with those behind it, and the next takes the rest", async () => {
    const [first, second] = [await makeFleeting(), await makeFleeting()];
    const stuck = await say(ada, first, "stuck");
    clock.pass(1);
    const behind = await say(ada, second, "behind");
    const name = "no_tombstone";
    await query(
      `alter table messages add constraint ${name} check (room_id <> '${first}' or content <> '' or message_type = 'system')`,
    );
    clock.pass(day);
    await expect(expireMessages(openNode(), clock.now(), 5_000)).rejects.toThrow(
      "messages of 1 rooms did not disappear",
    );
    expect((await viewMessage(ada, behind.id)).is_deleted).toBe(true);
    expect((await viewMessage(ada, stuck.id)).is_deleted).toBe(false);
    await query(`alter table messages drop constraint ${name}`);
    await expireMessages(openNode(), clock.now(), 5_000);
    expect((await viewMessage(ada, stuck.id)).is_deleted).toBe(true);
  });
});
