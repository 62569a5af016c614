/** [G8] Stars and preferences from two devices at once, and against deletions and removals. */
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { codeOf, makeGroup, say, viewMessage } from "./setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "./setup/test-server.ts";

let server: TestServer;
/** Another node on the same database: in one process, those who change a room take turns. */
let database: pg.Client;
let ada: Person;
let bob: Person;

beforeAll(async () => {
  server = await startTestServer();
  database = new pg.Client(server.databaseUrl);
  await database.connect();
  [ada, bob] = [await server.person("ada"), await server.person("bob")];
});
afterAll(async () => {
  await database.end();
  await server.close();
});

async function starsOf(room: string): Promise<{ user_id: string }[]> {
  const { rows } = await database.query("select user_id from stars where room_id = $1 and is_starred", [room]);
  return rows;
}

it("[A6] toggles from two devices at once count each other, and each has its own account change", async () => {
  const { id } = await say(ada, await makeGroup(ada), "x");
  const replies = await Promise.all(Array.from({ length: 21 }, () => ada.rest.post(`/messages/${id}/star`)));
  const moves = replies.map((reply) => reply.body.data).sort((a, b) => a.account_change - b.account_change);
  expect(new Set(moves.map((move) => move.account_change)).size).toBe(21);
  expect(moves.map((move) => move.is_starred)).toEqual(moves.map((_, n) => n % 2 === 0));
  expect((await viewMessage(ada, id)).is_starred).toBe(true);
});

it("[A3] the same from two devices at once is one change", async () => {
  const room = await makeGroup(ada);
  const { id } = await say(ada, room, "x");
  const stars = await Promise.all(Array.from({ length: 8 }, () => ada.rest.put(`/messages/${id}/star`)));
  expect(new Set(stars.map((reply) => reply.body.data.account_change)).size).toBe(1);
  const pins = await Promise.all(
    Array.from({ length: 8 }, () => ada.rest.patch(`/rooms/${room}/preferences`, { is_pinned: true })),
  );
  expect(new Set(pins.map((reply) => reply.body.data.account_change)).size).toBe(1);
});

it("[A4] no star outlives a deletion that comes at the same time", async () => {
  for (let n = 0; n < 15; n += 1) {
    const room = await makeGroup(ada, ["bob"]);
    const { id } = await say(bob, room, "x");
    const replies = await Promise.all([
      ada.rest.put(`/messages/${id}/star`),
      n % 2 === 0 ? bob.rest.delete(`/messages/${id}`) : ada.rest.delete(`/messages/${id}?for=me`),
      bob.rest.put(`/messages/${id}/star`),
    ]);
    expect(["ok", "gone", "not_found"]).toContain(codeOf(replies[0]));
    expect((await starsOf(room)).map((star) => star.user_id)).toEqual(n % 2 === 0 ? [] : ["bob"]);
  }
});

it("[A4][G8] a star waits for a deletion of another node's, and finds the tombstone", async () => {
  const room = await makeGroup(ada, ["bob"]);
  const { id } = await say(bob, room, "x");
  await database.query("begin");
  await database.query("select 1 from rooms where id = $1 for no key update", [room]);
  await database.query("update messages set deleted_at = now(), content = '' where room_id = $1", [room]);
  const star = ada.rest.put(`/messages/${id}/star`);
  await waitingForLock();
  await database.query("commit");
  expect(codeOf(await star)).toBe("gone");
  expect(await starsOf(room)).toEqual([]);
});

it("[G8] a star and preferences that wait for a removal of another node's are refused", async () => {
  const room = await makeGroup(ada, ["bob"]);
  const { id } = await say(ada, room, "x");
  await database.query("begin");
  await database.query("select 1 from rooms where id = $1 for no key update", [room]);
  await database.query("update members set is_member = false where room_id = $1 and user_id = 'bob'", [room]);
  const asked = [
    bob.rest.put(`/messages/${id}/star`),
    bob.rest.patch(`/rooms/${room}/preferences`, { is_pinned: true }),
  ];
  await waitingForLock();
  await database.query("commit");
  expect((await Promise.all(asked)).map(codeOf)).toEqual(["not_found", "not_found"]);
  expect(await starsOf(room)).toEqual([]);
});

it("[A4] deletions in many rooms at once, of messages with the same people's stars, wait for each other in no circle", async () => {
  const people = await Promise.all(Array.from({ length: 6 }, (_, n) => server.person(`p${n}`)));
  const ids = people.map((person) => person.id);
  const rooms = await Promise.all(Array.from({ length: 4 }, () => makeGroup(ada, ids)));
  const starred = await Promise.all(
    rooms.map(async (room) => {
      const said = [await say(ada, room, "x"), await say(ada, room, "y"), await say(ada, room, "z")];
      for (const { id } of said) for (const person of people) await person.rest.put(`/messages/${id}/star`);
      return said.map(({ id }) => id);
    }),
  );
  const replies = await Promise.all(starred.flat().map((id) => ada.rest.delete(`/messages/${id}`)));
  expect(replies.map(codeOf)).toEqual(replies.map(() => "ok"));
  for (const person of people) {
    const { account } = (await person.rest.post("/sync/chats", { limit: 100 })).body.data;
    const rows = account.starred_messages;
    expect(rows.map((row: { is_starred: boolean }) => row.is_starred)).toEqual(Array.from({ length: 12 }, () => false));
    expect(rows.map((row: { account_change: number }) => row.account_change)).toEqual(
      Array.from({ length: 12 }, (_, n) => 13 + n),
    );
  }
});

it("changes of private state in many rooms at once, with joins of the same user, wait for each other in no circle", async () => {
  const rooms = await Promise.all(Array.from({ length: 4 }, () => makeGroup(ada, ["bob"])));
  const work = rooms.map(async (room) => {
    const { id } = await say(ada, room, "x");
    const codes: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      const replies = await Promise.all([
        bob.rest.post(`/messages/${id}/star`),
        bob.rest.patch(`/rooms/${room}/preferences`, { draft: { content: `${n}` } }),
        bob.rest.put("/users/me/status-message", { status_message: `${room} ${n}` }),
      ]);
      await ada.rest.delete(`/rooms/${room}/members/bob`);
      await ada.rest.post(`/rooms/${room}/members`, { user_id: "bob" });
      codes.push(...replies.map(codeOf));
    }
    return codes;
  });
  expect(new Set((await Promise.all(work)).flat())).toEqual(new Set(["ok"]));
});

/** Resolves when a session waits for a lock. */
async function waitingForLock(): Promise<void> {
  const watcher = new pg.Client(server.databaseUrl);
  await watcher.connect();
  try {
    for (;;) {
      const { rows } = await watcher.query(
        "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      if (rows.length > 0) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    await watcher.end();
  }
}
