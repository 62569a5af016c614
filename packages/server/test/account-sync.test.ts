/** [G5] A user's private state: a device that syncs by small pages, while things change, ends as a fresh one begins. */
import type { AccountSettings, RoomPreferences } from "@pipit/protocol/models/account";
import type { Output } from "@pipit/protocol/operations";
import fc from "fast-check";
import type { Kysely } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDatabase, createPool } from "../src/db/database.ts";
import type { Database } from "../src/db/schema.ts";
import { findAccountChanges } from "../src/features/account/account-changes-access.ts";
import { register } from "./setup/own-devices.ts";
import { makeGroup, say } from "./setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "./setup/test-server.ts";
import { createWatchedLog } from "./setup/watched-log.ts";

let server: TestServer;
let db: Kysely<Database>;
let host: Person;
let ada: Person;

beforeAll(async () => {
  server = await startTestServer();
  db = createDatabase(createPool({ connectionString: server.databaseUrl }, 1, createWatchedLog()));
  [host, ada] = [await server.person("host"), await server.person("ada")];
  // Someone to be notified: then a message wakes the jobs at once.
  await register(host, "phone", { push_token: "hosts" });
});
afterAll(async () => {
  await db.destroy();
  await server.close();
});

type Chats = Output<"sync.chats">;
type Preferences = Omit<RoomPreferences, "room_id" | "account_change">;

/** What a device of ada's holds of her private state, kept by the rules A2 to A12. */
type Device = {
  cursor: string | undefined;
  accountChange: number;
  rooms: Set<string>;
  stars: Map<string, { room: string; isStarred: boolean }>;
  hidden: Map<string, string>;
  preferences: Map<string, { change: number; is: Preferences }>;
  settings: Omit<AccountSettings, "account_change"> | null;
};

function newDevice(): Device {
  return {
    cursor: undefined,
    accountChange: 0,
    rooms: new Set(),
    stars: new Map(),
    hidden: new Map(),
    preferences: new Map(),
    settings: null,
  };
}

/** One round of pages. */
async function syncRound(device: Device, limit: number): Promise<void> {
  for (;;) {
    const page: Chats = (await ada.rest.post("/sync/chats", { limit, cursor: device.cursor })).body.data;
    if (page.full) Object.assign(device, newDevice());
    checkPage(device, page, limit);
    for (const room of page.removed_rooms) dropRoom(device, room);
    for (const room of page.rooms) applyRoom(device, room);
    applyAccount(device, page.account);
    device.cursor = page.cursor;
    if (!page.has_more) return;
  }
}

// [A2] In order, each above what the device has and none above where the page ends; never more than were asked for. A device
// that begins is given the settings besides, whatever touched them last.
function checkPage(device: Device, { account, full }: Chats, limit: number): void {
  const changes = [account.hidden_messages, account.starred_messages, account.preferences].map((rows) =>
    rows.map((row) => row.account_change),
  );
  for (const list of changes) expect(list).toEqual([...list].sort((a, b) => a - b));
  const all = [...changes.flat(), ...(account.settings && !full ? [account.settings.account_change] : [])];
  expect(all.length).toBeLessThanOrEqual(limit);
  expect(new Set(all).size).toBe(all.length);
  for (const change of all) {
    expect(change).toBeGreaterThan(device.accountChange);
    expect(change).toBeLessThanOrEqual(account.account_change);
  }
  expect(account.account_change).toBeGreaterThanOrEqual(device.accountChange);
}

function dropRoom(device: Device, room: string): void {
  device.rooms.delete(room);
  device.preferences.delete(room);
  for (const [id, star] of device.stars) if (star.room === room) device.stars.delete(id);
  for (const [id, of] of device.hidden) if (of === room) device.hidden.delete(id);
}

function applyRoom(device: Device, room: Chats["rooms"][number]): void {
  const { is_pinned, is_archived, muted_until, draft, preferences_change } = room;
  const { is_marked_unread, is_hidden, is_request, cleared_sequence } = room;
  const is = { is_pinned, is_archived, muted_until, draft, is_marked_unread, is_hidden, is_request, cleared_sequence };
  device.rooms.add(room.id);
  setPreferences(device, room.id, preferences_change, is);
}

function setPreferences(device: Device, room: string, change: number, is: Preferences): void {
  const known = device.preferences.get(room);
  if (!known || known.change <= change) device.preferences.set(room, { change, is });
}

function applyAccount(device: Device, account: Chats["account"]): void {
  for (const row of account.starred_messages) {
    device.stars.set(row.message_id, { room: row.room_id, isStarred: row.is_starred });
  }
  for (const row of account.hidden_messages) device.hidden.set(row.message_id, row.room_id);
  for (const id of device.hidden.keys()) device.stars.delete(id);
  for (const { room_id, account_change, ...is } of account.preferences) {
    setPreferences(device, room_id, account_change, is);
  }
  dropCleared(device);
  if (account.settings) {
    const { account_change: _, ...settings } = account.settings;
    device.settings = settings;
  }
  device.accountChange = account.account_change;
}

// [A8] What was cleared away is gone, with its star, and whether it was hidden.
function dropCleared(device: Device): void {
  const isCleared = (id: string, room: string) =>
    Number(id.split(".")[1]) <= (device.preferences.get(room)?.is.cleared_sequence ?? 0);
  for (const [id, { room }] of device.stars) if (isCleared(id, room)) device.stars.delete(id);
  for (const [id, room] of device.hidden) if (isCleared(id, room)) device.hidden.delete(id);
}

function digest(device: Device) {
  const starred = [...device.stars].filter(([, star]) => star.isStarred).map(([id]) => id);
  const preferences = [...device.preferences].map(([room, { is }]) => [room, is] as const);
  return {
    rooms: [...device.rooms].sort(),
    starred: starred.sort(),
    hidden: [...device.hidden.keys()].sort(),
    preferences: preferences.sort(([a], [b]) => (a < b ? -1 : 1)),
    settings: device.settings,
    accountChange: device.accountChange,
  };
}

type Step =
  | { kind: "star" | "hide" | "bury" | "pin" | "draft"; room: number; message: number }
  | { kind: "rejoin" | "leave" | "clear" | "mark" | "archive" | "call"; room: number }
  | { kind: "status" | "folders" | "chats" }
  | { kind: "sync"; device: number; limit: number };

const rooms = 3;
const messages = 6;
const place = { room: fc.nat(rooms - 1), message: fc.nat(messages - 1) };
const kinds = fc.constantFrom("star" as const, "star" as const, "star" as const, "hide" as const, "bury" as const);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: kinds, ...place }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom("pin" as const, "draft" as const), ...place }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("rejoin" as const, "leave" as const), room: place.room }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom("clear" as const, "mark" as const, "archive" as const, "call" as const),
      room: place.room,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom("status" as const, "folders" as const, "chats" as const) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("sync" as const),
      device: fc.nat(2),
      limit: fc.integer({ min: 1, max: 4 }),
    }),
  },
);

async function makeRooms(): Promise<string[]> {
  const made = [];
  for (let n = 0; n < rooms; n += 1) {
    const room = await makeGroup(host, ["ada"]);
    for (let m = 0; m < messages; m += 1) await say(host, room, `m${m}`);
    made.push(room);
  }
  return made;
}

async function take(roomIds: string[], entry: Exclude<Step, { kind: "sync" }>, n: number): Promise<unknown> {
  if (!("room" in entry)) return takeSetting(entry.kind, n);
  const room = roomIds[entry.room] ?? "";
  if (!("message" in entry)) return takeRoom(room, entry.kind, n);
  const id = `${room}.${entry.message + 1}`;
  if (entry.kind === "star") return ada.rest.post(`/messages/${id}/star`);
  if (entry.kind === "hide") return ada.rest.delete(`/messages/${id}?for=me`);
  if (entry.kind === "bury") return host.rest.delete(`/messages/${id}`);
  const given = entry.kind === "pin" ? { is_pinned: n % 2 === 0 } : { draft: n % 3 ? { content: `d${n}` } : null };
  return ada.rest.patch(`/rooms/${room}/preferences`, given);
}

function takeSetting(kind: "status" | "folders" | "chats", n: number): Promise<unknown> {
  if (kind === "status") return ada.rest.put("/users/me/status-message", { status_message: `status ${n}` });
  if (kind === "chats") return ada.rest.patch("/users/me/chat-settings", { mentions_pierce_mute: n % 2 === 0 });
  return ada.rest.put("/folders", { folders: [{ id: `f${n % 3}`, name: "Folder", include_unread: true }] });
}

function takeRoom(
  room: string,
  kind: "rejoin" | "leave" | "clear" | "mark" | "archive" | "call",
  n: number,
): Promise<unknown> {
  if (kind === "leave") return ada.rest.post(`/rooms/${room}/leave`);
  if (kind === "rejoin") return host.rest.post(`/rooms/${room}/members`, { user_id: "ada" });
  if (kind === "clear") return ada.rest.post(`/rooms/${room}/clear`, { delete_chat: n % 2 === 0 });
  if (kind === "mark") return ada.rest.patch(`/rooms/${room}/preferences`, { is_marked_unread: n % 2 === 0 });
  if (kind === "archive") return ada.rest.patch(`/rooms/${room}/preferences`, { is_archived: true });
  return host.rest.post(`/rooms/${room}/messages`, { content: "@ada, come back" });
}

/** Resolves when archived rooms have come back to those whom what was said concerns. */
async function settle(): Promise<void> {
  const findJob = () => db.selectFrom("jobs").select("id").where("kind", "=", "rooms.unarchive").executeTakeFirst();
  await expect.poll(findJob, { timeout: 10_000, interval: 20 }).toBeUndefined();
}

async function expectConverged(devices: Device[]): Promise<void> {
  await settle();
  const fresh = newDevice();
  await syncRound(fresh, 100);
  for (const device of devices) {
    await syncRound(device, 2);
    expect(digest(device)).toEqual(digest(fresh));
  }
}

describe("[G5][A2] private state converges", () => {
  it("step by step, by pages of any size", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
        const roomIds = await makeRooms();
        const devices = [newDevice(), newDevice(), newDevice()];
        for (const [n, entry] of steps.entries()) {
          if (entry.kind !== "sync") await take(roomIds, entry, n);
          else await syncRound(devices[entry.device] ?? newDevice(), entry.limit);
        }
        await expectConverged(devices);
        for (const room of roomIds) await host.rest.delete(`/rooms/${room}`);
      }),
      { numRuns: 8, interruptAfterTimeLimit: 60_000 },
    );
  }, 120_000);

  it("while other devices change it between the pages", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 60, maxLength: 80 }), async (steps) => {
        const roomIds = await makeRooms();
        const devices = [newDevice(), newDevice()];
        const changes = steps.flatMap((entry) => (entry.kind === "sync" ? [] : [entry]));
        let isOver = false;
        const writing = Promise.all(
          [0, 1, 2].map(async (lane) => {
            for (const [n, entry] of changes.entries()) if (n % 3 === lane) await take(roomIds, entry, n);
          }),
        ).finally(() => {
          isOver = true;
        });
        const syncing = devices.map(async (device, n) => {
          while (!isOver) await syncRound(device, n + 1);
        });
        await Promise.all([writing, ...syncing]);
        await expectConverged(devices);
        for (const room of roomIds) await host.rest.delete(`/rooms/${room}`);
      }),
      { numRuns: 4, interruptAfterTimeLimit: 60_000 },
    );
  }, 120_000);
});

describe("[A2]", () => {
  it("what changed after the account change that was read first is left for the next call", async () => {
    const actor = { kind: "user" as const, tenantId: ada.tenant, userId: ada.id };
    const { id } = await say(ada, await makeGroup(ada), "x");
    const { account_change: after } = (await ada.rest.put(`/messages/${id}/star`)).body.data;
    const { account_change: known } = (await ada.rest.delete(`/messages/${id}/star`)).body.data;
    await ada.rest.put("/users/me/status-message", { status_message: "newer than what was read" });
    const star = await ada.rest.put(`/messages/${id}/star`);
    const first = await findAccountChanges(db, actor, { after, known }, 10);
    expect(first.account).toMatchObject({ account_change: known, starred_messages: [], settings: null });
    const all = { after, known: star.body.data.account_change };
    const paged = await findAccountChanges(db, actor, all, 1);
    expect(paged).toMatchObject({ hasMore: true, account: { account_change: known + 1, starred_messages: [] } });
    const { account } = await findAccountChanges(db, actor, all, 10);
    expect(account).toMatchObject({
      starred_messages: [{ is_starred: true }],
      settings: { account_change: known + 1 },
    });
  });
});
