/** [G5] A user's private state: a device that syncs by small pages, while things change, ends as a fresh one begins. */
import type { RoomPreferences } from "@pipit/protocol/models/account";
import type { Output } from "@pipit/protocol/operations";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDatabase, createPool } from "../src/db/database.ts";
import { findAccountChanges } from "../src/features/account/account-changes-access.ts";
import { makeGroup, say } from "./setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "./setup/test-server.ts";
import { createWatchedLog } from "./setup/watched-log.ts";

let server: TestServer;
let host: Person;
let ada: Person;

beforeAll(async () => {
  server = await startTestServer();
  [host, ada] = [await server.person("host"), await server.person("ada")];
});
afterAll(() => server.close());

type Chats = Output<"sync.chats">;
type Preferences = Omit<RoomPreferences, "room_id" | "account_change">;

/** What a device of ada's holds of her private state, kept by the rules A2 to A5. */
type Device = {
  cursor: string | undefined;
  accountChange: number;
  rooms: Set<string>;
  stars: Map<string, { room: string; isStarred: boolean }>;
  hidden: Map<string, string>;
  preferences: Map<string, { change: number; is: Preferences }>;
  status: string | null;
};

function newDevice(): Device {
  return {
    cursor: undefined,
    accountChange: 0,
    rooms: new Set(),
    stars: new Map(),
    hidden: new Map(),
    preferences: new Map(),
    status: null,
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

// [A2] In order, each above what the device has and none above where the page ends; never more than were asked for.
function checkPage(device: Device, { account }: Chats, limit: number): void {
  const changes = [account.hidden_messages, account.starred_messages, account.preferences].map((rows) =>
    rows.map((row) => row.account_change),
  );
  for (const list of changes) expect(list).toEqual([...list].sort((a, b) => a - b));
  const all = [...changes.flat(), ...(account.settings ? [account.settings.account_change] : [])];
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
  device.rooms.add(room.id);
  setPreferences(device, room.id, preferences_change, { is_pinned, is_archived, muted_until, draft });
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
  if (account.settings) device.status = account.settings.status_message;
  device.accountChange = account.account_change;
}

function digest(device: Device) {
  const starred = [...device.stars].filter(([, star]) => star.isStarred).map(([id]) => id);
  const preferences = [...device.preferences].map(([room, { is }]) => [room, is] as const);
  return {
    rooms: [...device.rooms].sort(),
    starred: starred.sort(),
    hidden: [...device.hidden.keys()].sort(),
    preferences: preferences.sort(([a], [b]) => (a < b ? -1 : 1)),
    status: device.status,
    accountChange: device.accountChange,
  };
}

type Step =
  | { kind: "star" | "hide" | "bury" | "pin" | "draft"; room: number; message: number }
  | { kind: "rejoin" | "leave"; room: number }
  | { kind: "status" }
  | { kind: "sync"; device: number; limit: number };

const rooms = 3;
const messages = 6;
const place = { room: fc.nat(rooms - 1), message: fc.nat(messages - 1) };
const kinds = fc.constantFrom("star" as const, "star" as const, "star" as const, "hide" as const, "bury" as const);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: kinds, ...place }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom("pin" as const, "draft" as const), ...place }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("rejoin" as const, "leave" as const), room: place.room }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("status" as const) }) },
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
  if (entry.kind === "status") return ada.rest.put("/users/me/status-message", { status_message: `status ${n}` });
  const room = roomIds[entry.room] ?? "";
  if (!("message" in entry)) {
    if (entry.kind === "leave") return ada.rest.post(`/rooms/${room}/leave`);
    return host.rest.post(`/rooms/${room}/members`, { user_id: "ada" });
  }
  const id = `${room}.${entry.message + 1}`;
  if (entry.kind === "star") return ada.rest.post(`/messages/${id}/star`);
  if (entry.kind === "hide") return ada.rest.delete(`/messages/${id}?for=me`);
  if (entry.kind === "bury") return host.rest.delete(`/messages/${id}`);
  const given = entry.kind === "pin" ? { is_pinned: n % 2 === 0 } : { draft: n % 3 ? { content: `d${n}` } : null };
  return ada.rest.patch(`/rooms/${room}/preferences`, given);
}

async function expectConverged(devices: Device[]): Promise<void> {
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
    const db = createDatabase(createPool({ connectionString: server.databaseUrl }, 1, createWatchedLog()));
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
    await db.destroy();
  });
});
