/** [V7] What devices do is noted without a write a request, and is not lost when the server stops. */
import type pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createFakeClock } from "../../../test/setup/fake-clock.ts";
import { register } from "../../../test/setup/own-devices.ts";
import { makeGroup, say } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";
import { createWatchedLog } from "../../../test/setup/watched-log.ts";
import { createDatabase, createPool } from "../../db/database.ts";
import type { DeviceKey } from "../../ports/audiences/audiences.ts";
import { createDeviceActivity, type DeviceActivity } from "./device-activity.ts";

const longAgo = new Date("2020-01-01T00:00:00.000Z");
const log = createWatchedLog();
let server: TestServer;
let pool: pg.Pool;
let ada: Person;
let bob: Person;
let phone: DeviceKey;
let count = 0;

beforeAll(async () => {
  server = await startTestServer({ log });
  pool = createPool({ connectionString: server.databaseUrl }, 2, log);
});
afterAll(async () => {
  await pool.end();
  await server.close();
});
// People of each test's own: what the server knows of others' devices does not go with their rows.
beforeEach(async () => {
  count += 1;
  [ada, bob] = await Promise.all([server.person(`ada${count}`), server.person(`bob${count}`)]);
  phone = { tenantId: "default", userId: ada.id, deviceId: "phone" };
  await pool.query("delete from devices");
  await register(ada, "phone");
  await pool.query("update devices set last_active_at = $1", [longAgo]);
});

async function row() {
  const { rows } = await pool.query(
    `select last_active_at as active, last_sync_at as sync, last_message_seq as seq
     from devices where user_id = $1 and device_id = 'phone'`,
    [ada.id],
  );
  return rows[0];
}

async function view(person = ada, deviceId = "phone") {
  const { data } = (await person.rest.get("/devices")).body;
  return data.find((device: { device_id: string }) => device.device_id === deviceId);
}

/** Calls as the phone. */
async function call(method: string, path: string, body?: unknown, person = ada) {
  const reply = await person.rest.call(method, path, body, { "x-device-id": "phone" });
  expect(reply.body).toMatchObject({ success: true });
  return reply.body.data;
}

describe("requests", () => {
  it("write nothing, and the list shows what they did all the same", async () => {
    const before = Date.now();
    for (let n = 0; n < 20; n += 1) await call("GET", "/users/me");
    expect(await row()).toEqual({ active: longAgo, sync: null, seq: null });
    const seen = await view();
    expect(Date.parse(seen.last_active_at)).toBeGreaterThanOrEqual(before);
    expect(seen).toMatchObject({ last_sync_at: null, last_message_seq: null });
  });

  it("that sync count as a sync of the device that they name, or else of the one that asks", async () => {
    await register(ada, "laptop");
    await call("POST", "/sync/chats", {});
    const first = await view();
    expect(first.last_sync_at).toBe(first.last_active_at);
    await call("POST", "/sync/chats", { device_id: "laptop" });
    expect((await view(ada, "laptop")).last_sync_at).not.toBeNull();
    expect((await view()).last_sync_at).toBe(first.last_sync_at);
    await register(bob, "phone");
    const socket = await server.socket(bob);
    await socket.emitWithAck("device:sync", { device_id: "phone" });
    expect((await view(bob)).last_sync_at).not.toBeNull();
  });

  it("[G9] count for nobody else's device of that name", async () => {
    await register(bob, "phone");
    await call("POST", "/sync/chats", { device_id: "phone" }, bob);
    expect(await view()).toMatchObject({ last_active_at: longAgo.toISOString(), last_sync_at: null });
  });

  it("with receipts and messages tell the highest sequence that the device has, never beyond the room's end", async () => {
    const room = await makeGroup(bob, [ada.id]);
    const { id, sequence_number: sequence } = await say(bob, room, "one");
    await say(bob, room, "two");
    await ada.rest.post(`/rooms/${room}/receipts`, { kind: "read", up_to_sequence: sequence + 1 });
    expect((await view()).last_message_seq).toBeNull();
    await call("PUT", `/messages/${id}/delivered`);
    expect((await view()).last_message_seq).toBe(sequence);
    await call("POST", `/rooms/${room}/receipts`, { kind: "read", up_to_sequence: 1_000_000 });
    expect((await view()).last_message_seq).toBe(sequence + 1);
    await say(bob, room, "three");
    await call("POST", "/sync/messages", { room_id: room, since_sequence: 1 });
    expect((await view()).last_message_seq).toBe(sequence + 2);
    await call("PUT", `/messages/${id}/seen`);
    expect((await view()).last_message_seq).toBe(sequence + 2);
  });

  it("that are refused count for nothing", async () => {
    const reply = await ada.rest.call("GET", "/rooms/none", undefined, { "x-device-id": "phone" });
    expect(reply.status).toBe(404);
    expect((await view()).last_active_at).toBe(longAgo.toISOString());
  });

  it("are written down when the server stops, a socket's arrival too", async () => {
    const other = await startTestServer({ databaseUrl: server.databaseUrl, log });
    try {
      await other.socket(ada, { deviceId: "phone" });
      await other.rest(ada.token).call("POST", "/sync/chats", {}, { "x-device-id": "phone" });
      expect(await row()).toEqual({ active: longAgo, sync: null, seq: null });
    } finally {
      await other.close();
    }
    const { active, sync } = await row();
    expect(active.getTime()).toBeGreaterThan(Date.now() - 60_000);
    expect(sync).toEqual(active);
  });
});

describe("the notes", () => {
  const clock = createFakeClock();
  let activity: DeviceActivity;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    activity = createDeviceActivity({ db: createDatabase(pool), clock, log });
  });
  afterEach(async () => {
    await activity.close();
    vi.useRealTimers();
    await pool.query("alter table if exists devices_elsewhere rename to devices");
  });

  it("are written down every thirty seconds", async () => {
    activity.note(phone, { sync: true, messageSeq: 7 });
    vi.advanceTimersByTime(29_000);
    expect(await row()).toEqual({ active: longAgo, sync: null, seq: null });
    vi.advanceTimersByTime(1_000);
    await expect.poll(row).toEqual({ active: clock.now(), sync: clock.now(), seq: 7 });
  });

  it("are of devices that exist, and never take back what another node has written", async () => {
    const later = new Date(clock.now().getTime() + 60_000);
    await pool.query("update devices set last_active_at = $1, last_sync_at = $1, last_message_seq = 9", [later]);
    activity.note(phone, { sync: true, messageSeq: 7 });
    activity.note({ ...phone, deviceId: "unknown" }, { messageSeq: 1 });
    activity.note({ ...phone, deviceId: `"odd",{}\\'` });
    await activity.flush();
    expect(await row()).toEqual({ active: later, sync: later, seq: 9 });
    const { rows } = await pool.query("select count(*)::int as count from devices");
    expect(rows[0].count).toBe(1);
  });

  it("are kept when they can't be written down, and joined with what comes meanwhile", async () => {
    activity.note(phone, { sync: true, messageSeq: 7 });
    const synced = clock.now();
    await pool.query("alter table devices rename to devices_elsewhere");
    await expect(activity.flush()).rejects.toThrow("devices");
    clock.pass(5);
    activity.note(phone, { messageSeq: 3 });
    await pool.query("alter table devices_elsewhere rename to devices");
    await activity.flush();
    expect(await row()).toEqual({ active: clock.now(), sync: synced, seq: 7 });
  });

  it("[G11] have a limit, beyond which they are written down early", async () => {
    activity.note(phone);
    for (let n = 0; n < 30_000; n += 1) activity.note({ ...phone, deviceId: `made-up-${n}` });
    await expect.poll(async () => (await row()).active).toEqual(clock.now());
    expect(activity.find({ ...phone, deviceId: "made-up-29999" })).toBeUndefined();
  });
});
