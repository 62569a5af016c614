/** A backup that is made while people write, and what is there when it has been restored. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createMemoryStore } from "../../../client/src/store/memory-store.ts";
import { connect, until } from "../../../client/test/setup/test-client.ts";
import { makeGroup, readHistory, say, viewRoom } from "../../test/setup/talk.ts";
import { createEmptyDatabase, type TestDatabase } from "../../test/setup/test-database.ts";
import { type Person, startTestServer, type TestServer } from "../../test/setup/test-server.ts";
import { systemClock } from "../clock.ts";
import { createPatientPool } from "../db/database.ts";
import { createLog } from "../log.ts";
import { createBackup } from "./create-backup.ts";
import { readManifest } from "./manifest.ts";
import { checkBackup, renewDatabase, restoreBackup } from "./restore-backup.ts";

const roomCount = 3;

let folder: string;
let server: TestServer;
let ada: Person;
let bob: Person;
/** Writes nothing, and reads little. */
let carl: Person;
const rooms: string[] = [];
/** What was acknowledged before the backup began. */
let acknowledged: string[] = [];
const byId = (a: { id: string }, b: { id: string }): number => a.id.localeCompare(b.id);

/** What a device of Carl's knew when the database was lost: later than the backup. */
const store = createMemoryStore();
const known = { cursor: "", change: 0, lostRoom: "" };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pipit-backup-"));
  server = await startTestServer();
  [ada, bob, carl] = await Promise.all([server.person("ada"), server.person("bob"), server.person("carl")]);
  for (let n = 0; n < roomCount; n += 1) rooms.push(await makeGroup(ada, ["bob", "carl"]));
  await backUpUnderLoad();
  await learnMore();
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Senders go on before, while and after the backup is written. */
async function backUpUnderLoad(): Promise<void> {
  const said: string[] = [];
  let isOver = false;
  const write = async (room: string, person: Person): Promise<void> => {
    while (!isOver) said.push((await say(person, room, `said ${said.length}`)).id);
  };
  const senders = Promise.all(rooms.flatMap((room) => [write(room, ada), write(room, bob)]));
  try {
    await reach(said, 100);
    await carl.rest.put(`/messages/${rooms[0]}.7/seen`);
    acknowledged = [...said];
    await withClient(server.databaseUrl, (client) => backUp(client, "whole"));
    expect(said.length, "some were said meanwhile").toBeGreaterThan(acknowledged.length);
    await reach(said, said.length + 20);
  } finally {
    isOver = true;
    await senders;
  }
}

async function reach(said: readonly string[], count: number): Promise<void> {
  await vi.waitUntil(() => said.length > count, { interval: 5, timeout: 20_000 });
}

async function learnMore(): Promise<void> {
  known.lostRoom = await makeGroup(ada, ["carl"]);
  const device = await connect(server, carl, { store });
  const room = device.room(rooms[0] ?? "");
  const stop = room.messages.subscribe(() => {});
  await device.room(rooms[1] ?? "").setPreferences({ is_pinned: true });
  await until(device.rooms, (views) => views.some((view) => view.is_pinned));
  await until(device.outbox.items, (waiting) => waiting.length === 0);
  const { last_sequence } = await viewRoom(carl, rooms[0] ?? "");
  await until(room.messages, ({ items }) => items.at(-1)?.sequence_number === last_sequence);
  stop();
  await device.close();
  known.cursor = (await syncChats(carl)).cursor;
  known.change = (await syncRoom(carl)).last_change;
}

function backUp(client: pg.PoolClient, name: string) {
  return createBackup({ client, folder: at(name), clock: systemClock, pipit: "test" });
}

function at(name: string): string {
  return join(folder, name);
}

async function withClient<Value>(url: string, work: (client: pg.PoolClient) => Promise<Value>): Promise<Value> {
  const pool = createPatientPool({ connectionString: url }, createLog("fatal"));
  const client = await pool.connect();
  try {
    return await work(client);
  } finally {
    client.release(true);
    await pool.end();
  }
}

function query<Row extends pg.QueryResultRow>(url: string, text: string, values: unknown[] = []): Promise<Row[]> {
  return withClient(url, async (client) => (await client.query<Row>(text, values)).rows);
}

async function syncRoom(person: Person, given: object = {}) {
  return (await person.rest.post("/sync/messages", { room_id: rooms[0], ...given })).body.data;
}

async function syncChats(person: Person, cursor?: string) {
  return (await person.rest.post("/sync/chats", cursor === undefined ? {} : { cursor })).body.data;
}

describe("a backup that was made under load", () => {
  let database: TestDatabase;
  let other: TestServer;
  let there: Person;

  beforeAll(async () => {
    database = await createEmptyDatabase();
    await withClient(database.url, (client) => restoreBackup({ client, folder: at("whole"), isForced: false }));
    other = await startTestServer({ databaseUrl: database.url });
    there = { ...carl, rest: other.rest(carl.token) };
  });
  afterAll(async () => {
    await other.close();
    await database.drop();
  });

  it("[O1] has every message that was acknowledged before it began", async () => {
    const rows = await query<{ id: string }>(database.url, "select room_id || '.' || sequence as id from messages");
    const ids = new Set(rows.map((row) => row.id));
    expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
  });

  it("[O1] is of one moment: no room has a gap, and each counts what is there", async () => {
    const found = await query(
      database.url,
      `select r.id, r.last_sequence as last, count(m.*) as count, max(m.sequence) as highest, max(m.countable) as countable,
        r.last_countable, count(s.*) as sends
       from rooms r join messages m on m.room_id = r.id
       left join sends s on s.room_id = m.room_id and s.sequence = m.sequence group by r.id`,
    );
    expect(found).toHaveLength(roomCount);
    for (const room of found) {
      expect(room).toMatchObject({ count: room.last, highest: room.last, countable: room.last_countable });
    }
  });

  it("[O1] tells everyone as much unread as there is", async () => {
    const counted = await query(
      database.url,
      `select m.room_id as id, count(x.*) as unread_count from members m left join messages x on x.room_id = m.room_id
        and x.sequence > m.read_sequence and x.message_type <> 'system' and x.sender_id <> m.user_id
       where m.user_id = 'carl' group by m.room_id`,
    );
    const views: { id: string; unread_count: number }[] = (await there.rest.get("/rooms")).body.data;
    const told = views.map(({ id, unread_count }) => ({ id, unread_count }));
    expect(told).toHaveLength(roomCount);
    expect(told).toEqual(expect.arrayContaining(counted));
  });

  it("[S5] is another one for devices that know more: they begin from nothing, once", async () => {
    const page = await syncChats(there, known.cursor);
    expect(page).toMatchObject({ full: true, has_more: false });
    expect(page.rooms.map((room: { id: string }) => room.id).sort()).toEqual([...rooms].sort());
    expect(page.rooms.find((room: { id: string }) => room.id === rooms[1])).toMatchObject({ is_pinned: false });
    expect(await syncChats(there, page.cursor)).toMatchObject({ full: false, rooms: [] });
  });

  it("[S5] also when the room has moved beyond what they knew", async () => {
    const author = { ...ada, rest: other.rest(ada.token) };
    await say(author, rooms[0] ?? "", "after the restore");
    const page = await syncRoom(there, { since_change: known.change });
    expect(page).toMatchObject({ full: true });
    expect(page.last_change).toBeGreaterThan(known.change);
    await say(author, rooms[0] ?? "", "and again");
    expect((await syncRoom(there, { since_change: page.last_change })).messages).toMatchObject([
      { content: "and again", change: page.last_change + 1 },
    ]);
  });

  it("[S5][G5] a device of the SDK drops what was lost, and shows what is there", async () => {
    const device = await connect(other, carl, { store });
    await until(device.rooms, (views) => views.length === roomCount && !views.some((view) => view.is_pinned));
    const room = device.room(rooms[0] ?? "");
    const stop = room.messages.subscribe(() => {});
    const history = await readHistory(there, rooms[0] ?? "");
    const expected = history.map(({ id, content }) => ({ id, content })).sort(byId);
    const isSame = ({ items }: { items: readonly { id?: string; content: string }[] }) => {
      const shown = items.map(({ id = "", content }) => ({ id, content })).sort(byId);
      const same = expected.filter((one) => shown.some((two) => two.id === one.id && two.content === one.content));
      return shown.length > 20 && same.length === Math.min(shown.length, expected.length);
    };
    await until(room.messages, isSame);
    stop();
    await device.close();
  });

  it("[O2] refuses to work under servers", async () => {
    await expect(withClient(database.url, renewDatabase)).rejects.toThrow("stop all its servers first");
    const restore = withClient(database.url, (client) =>
      restoreBackup({ client, folder: at("whole"), isForced: true }),
    );
    await expect(restore).rejects.toThrow("stop all its servers first");
  });
});

describe("what is not whole or not wanted", () => {
  let copy: TestDatabase;

  beforeAll(async () => {
    copy = await createEmptyDatabase();
    await restoreCopy(false);
  });
  afterAll(() => copy.drop());

  const restoreCopy = (isForced: boolean) =>
    withClient(copy.url, (client) => restoreBackup({ client, folder: at("whole"), isForced }));

  it("[S5] a restore by other means is told of by itself", async () => {
    const lastChanges = () => query<{ n: number }>(copy.url, "select last_change as n from rooms order by id");
    const before = await lastChanges();
    await withClient(copy.url, renewDatabase);
    const after = await lastChanges();
    expect(after.every((row, index) => row.n >= (before[index]?.n ?? 0) + 1_000_000_000)).toBe(true);
    expect(after.every((row) => Number.isSafeInteger(row.n * 4))).toBe(true);
  });

  it("[O2] a backup is not there before it is whole, and replaces nothing", async () => {
    await expect(withClient(server.databaseUrl, (client) => backUp(client, "whole"))).rejects.toThrow(
      "replaces nothing",
    );
    await mkdir(at("busy.part"));
    await expect(withClient(server.databaseUrl, (client) => backUp(client, "busy"))).rejects.toThrow("was cut off");
    const empty = await createEmptyDatabase();
    await expect(withClient(empty.url, (client) => backUp(client, "none"))).rejects.toThrow("nothing to back up");
    await empty.drop();
    expect((await readdir(folder)).sort()).toEqual(["busy.part", "whole"]);
  });

  it("[O2] refuses a damaged part before anything is touched", async () => {
    const manifest = await readManifest(at("whole"));
    const file = join(at("whole"), manifest.parts.find((part) => part.table === "messages")?.file ?? "");
    const bytes = await readFile(file);
    const damaged = Buffer.from(bytes);
    damaged.writeUInt8(damaged.readUInt8(100) ^ 1, 100);
    await writeFile(file, damaged);
    await expect(checkBackup(at("whole"))).rejects.toThrow("messages.copy.gz is damaged");
    await writeFile(file, bytes);
    await expect(checkBackup(at("whole"))).resolves.toEqual(manifest);
  });

  it("[O2] leaves a database as it was when the restore fails on the way", async () => {
    await query(copy.url, "update users set name = 'kept'");
    await expect(restoreCopy(false)).rejects.toThrow("--force");
    const manifestFile = join(at("whole"), "manifest.json");
    const text = await readFile(manifestFile, "utf8");
    const users = 3;
    await writeFile(manifestFile, text.replace(`"rows": ${users}`, `"rows": ${users + 1}`));
    await expect(restoreCopy(true)).rejects.toThrow("the manifest says");
    expect(await query(copy.url, "select distinct name from users")).toEqual([{ name: "kept" }]);
    await writeFile(manifestFile, text.replace("0013-epochs", "0999-later"));
    await expect(restoreCopy(true)).rejects.toThrow("a newer one has made this");
    await writeFile(manifestFile, text);
    await restoreCopy(true);
    expect(await query(copy.url, "select distinct name from users order by 1")).not.toEqual([{ name: "kept" }]);
  });

  it("[O2] never removes what is not Pipit's", async () => {
    const other = await createEmptyDatabase();
    await query(other.url, "create table invoices (id integer)");
    const restore = withClient(other.url, (client) => restoreBackup({ client, folder: at("whole"), isForced: true }));
    await expect(restore).rejects.toThrow("they are not Pipit's");
    await other.drop();
  });
});
