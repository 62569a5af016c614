/** What brings an archived room back, to whom, and what does not. */
import type { RoomPreferences } from "@pipit/protocol/models/account";
import type { Kysely } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listenTo } from "../../../test/setup/listening.ts";
import { register } from "../../../test/setup/own-devices.ts";
import { makeDirect, makeGroup, readHistory, say, viewRoom } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";
import { createDatabase, createPool } from "../../db/database.ts";
import type { Database } from "../../db/schema.ts";
import { createLog } from "../../log.ts";

let server: TestServer;
let db: Kysely<Database>;
let ada: Person;
/** By any message, by one that concerns them, and by none. */
let any: Person;
let some: Person;
let none: Person;
let room: string;

beforeAll(async () => {
  server = await startTestServer();
  db = createDatabase(createPool({ connectionString: server.databaseUrl }, 2, createLog("fatal")));
  ada = await server.person("ada");
  [any, some, none] = [await server.person("any"), await server.person("some"), await server.person("none")];
  await any.rest.patch("/users/me/chat-settings", { unarchive_on: "message" });
  await none.rest.patch("/users/me/chat-settings", { unarchive_on: "never" });
  // Someone to be notified: then a message wakes the jobs at once.
  await register(ada, "phone", { push_token: "adas" });
  room = await makeGroup(ada, ["any", "some", "none"]);
});
afterAll(async () => {
  await db.destroy();
  await server.close();
});

async function archive(person: Person, roomId = room, isArchived = true): Promise<RoomPreferences> {
  const reply = await person.rest.patch(`/rooms/${roomId}/preferences`, { is_archived: isArchived });
  return reply.body.data;
}

function countJobs() {
  return db.selectFrom("jobs").select("id").where("kind", "=", "rooms.unarchive").limit(100).execute();
}

/** Resolves when all that was said so far has been seen to. */
async function settle(): Promise<void> {
  await expect.poll(async () => (await countJobs()).length, { timeout: 10_000, interval: 20 }).toBe(0);
}

/** Who of the three has the room in their archive. */
async function findArchivists(roomId = room): Promise<string[]> {
  const people = [any, some, none];
  const views = await Promise.all(people.map((person) => viewRoom(person, roomId)));
  return people.flatMap((person, n) => (views[n]?.is_archived ? [person.id] : []));
}

/** All three archive it, then something is done. @returns whom it is still archived for */
async function after(act: () => Promise<unknown>): Promise<string[]> {
  for (const person of [any, some, none]) await archive(person);
  await act();
  await settle();
  return findArchivists();
}

/** Has what was said from one sequence to another looked at once more, as if a node had died before it could say so. */
async function lookAgain(roomId: string, first: number, last: number): Promise<void> {
  const payload = JSON.stringify({ rooms: [{ room: roomId, first, last }] });
  const at = { run_at: new Date(), created_at: new Date(), key: null };
  await db
    .insertInto("jobs")
    .values({ kind: "rooms.unarchive", payload, ...at })
    .execute();
  // In a room of one's own it brings nothing back, but wakes the jobs.
  await say(ada, await makeGroup(ada), "wake");
  await settle();
}

describe("an archived room", () => {
  it("[A12] comes back by any message, by one that mentions or answers, or not at all, as each has chosen", async () => {
    expect(await after(() => say(ada, room, "hello"))).toEqual(["some", "none"]);
    const calling = { meta_data: { mentions: ["some", "none"] } };
    expect(await after(() => say(ada, room, "some!", calling))).toEqual(["none"]);
    const theirs = await say(some, room, "a question");
    const others = await say(none, room, "another");
    expect(await after(() => say(ada, room, "an answer", { reply_to: theirs.id }))).toEqual(["none"]);
    expect(await after(() => say(ada, room, "to another", { reply_to: others.id }))).toEqual(["some", "none"]);
    expect(await after(() => say(ada, room, "@all look"))).toEqual(["none"]);
    // What the system reports of someone is not their word.
    await some.rest.patch(`/rooms/${room}`, { name: "Renamed by some" });
    const report = (await readHistory(some, room)).at(-1);
    expect(report).toMatchObject({ sender_id: "some", message_type: "system" });
    expect(await after(() => say(ada, room, "why?", { reply_to: report?.id }))).toEqual(["some", "none"]);
  });

  it("[A12] does not come back by one's own messages, by the system's, or by one that is hidden or deleted by then", async () => {
    expect(await after(() => say(any, room, "mine"))).toEqual(["any", "some", "none"]);
    expect(await after(() => ada.rest.patch(`/rooms/${room}`, { name: "Renamed" }))).toEqual(["any", "some", "none"]);
    expect(await countJobs()).toEqual([]);
    const { sequence_number: said } = await say(ada, room, "x", { meta_data: { mentions: ["some"] } });
    await settle();
    expect(await findArchivists()).toEqual(["none"]);
    for (const person of [any, some])
      await db.updateTable("members").set({ is_archived: true }).where("user_id", "=", person.id).execute();
    await any.rest.delete(`/messages/${room}.${said}?for=me`);
    await ada.rest.delete(`/messages/${room}.${said}`);
    await lookAgain(room, said, said);
    expect(await findArchivists()).toEqual(["any", "some", "none"]);
  });

  it("[A12][A1][A2] comes back by an account change of its user, told to their sockets alone, and by sync", async () => {
    const before = await archive(any);
    const [phone, laptop] = [listenTo(await server.socket(any)), listenTo(await server.socket(any))];
    const foreign = listenTo(await server.socket(none));
    const { cursor, account: known } = (await any.rest.post("/sync/chats", {})).body.data;
    await say(ada, room, "hello");
    await settle();
    for (const listener of [phone, laptop, foreign]) await listener.settle();
    const preferences = { ...before, is_archived: false, account_change: known.account_change + 1 };
    const { account_change } = preferences;
    const told = { kind: "preferences", account_change, room_id: room, preferences };
    expect(phone.of("account:update")).toEqual([told]);
    expect(laptop.of("account:update")).toEqual([told]);
    expect(foreign.of("account:update")).toEqual([]);
    const { account } = (await any.rest.post("/sync/chats", { cursor })).body.data;
    expect(account).toMatchObject({ account_change, preferences: [preferences] });
    expect(await viewRoom(any, room)).toMatchObject({ is_archived: false, preferences_change: account_change });
  });

  it("[G12][A12] comes back once, however often the messages are looked at", async () => {
    const theirs = await makeDirect(ada, "any");
    const { account_change: before } = await archive(any, theirs);
    const { sequence_number: said } = await say(ada, theirs, "hello");
    await settle();
    await lookAgain(theirs, said, said);
    await lookAgain(theirs, said, said);
    expect(await viewRoom(any, theirs)).toMatchObject({ is_archived: false, preferences_change: before + 1 });
  });

  it("[A12] that was archived again stays so, however late earlier messages are looked at", async () => {
    const theirs = await makeDirect(ada, "any");
    await archive(any, theirs);
    const { sequence_number: said } = await say(ada, theirs, "hello");
    await settle();
    const again = await archive(any, theirs);
    await lookAgain(theirs, 1, said);
    expect(await viewRoom(any, theirs)).toMatchObject({ is_archived: true, preferences_change: again.account_change });
    await say(ada, theirs, "later");
    await settle();
    expect(await viewRoom(any, theirs)).toMatchObject({ is_archived: false });
  });

  it("[A12] that is archived once more before a message is looked at stays so", async () => {
    const theirs = await makeDirect(ada, "any");
    const first = await archive(any, theirs);
    // A message that nobody has looked at yet.
    const { sequence_number: said } = await say(any, theirs, "mine");
    await db.updateTable("messages").set({ sender_id: "ada" }).where("room_id", "=", theirs).execute();
    expect(await archive(any, theirs)).toEqual(first);
    await lookAgain(theirs, said, said);
    expect(await viewRoom(any, theirs)).toMatchObject({ is_archived: true });
  });

  it("[G9] that is no longer the user's does not come back, nor one that was cleared since", async () => {
    const left = await makeGroup(ada, ["any"]);
    await archive(any, left);
    await any.rest.post(`/rooms/${left}/leave`);
    await say(ada, left, "hello");
    await settle();
    await ada.rest.post(`/rooms/${left}/members`, { user_id: "any" });
    expect(await viewRoom(any, left)).toMatchObject({ is_archived: true });
    const { sequence_number: said } = await say(any, left, "mine");
    await db.updateTable("messages").set({ sender_id: "ada" }).where("room_id", "=", left).execute();
    await any.rest.post(`/rooms/${left}/clear`);
    await lookAgain(left, said, said);
    expect(await viewRoom(any, left)).toMatchObject({ is_archived: true });
  });
});

it("[A12][A2] a room that comes back to hundreds comes back to each by an account change of their own", async () => {
  const ids = Array.from({ length: 250 }, (_, n) => `crowd${n}`);
  const users = ids.map((id) => ({ tenant_id: "default", id, name: id, role: "user" as const }));
  const at = { created_at: new Date(), updated_at: new Date() };
  await db
    .insertInto("users")
    .values(
      users.map((user) => ({
        ...user,
        ...at,
        avatar_url: null,
        last_seen_at: null,
        noted_online_at: null,
        status_message: null,
      })),
    )
    .execute();
  const crowd = await makeGroup(ada, ids);
  await db.updateTable("members").set({ is_archived: true }).where("room_id", "=", crowd).execute();
  await say(ada, crowd, "@all");
  await settle();
  const rows = await db
    .selectFrom("members as m")
    .innerJoin("users as u", (join) => join.onRef("u.id", "=", "m.user_id").onRef("u.tenant_id", "=", "m.tenant_id"))
    .select(["m.user_id", "m.is_archived", "m.preferences_change", "u.account_change"])
    .where("m.room_id", "=", crowd)
    .where("m.user_id", "like", "crowd%")
    .limit(300)
    .execute();
  expect(rows).toHaveLength(250);
  for (const row of rows) expect(row).toMatchObject({ is_archived: false, preferences_change: 1, account_change: 1 });
});
