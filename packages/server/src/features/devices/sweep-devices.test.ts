/** [V8] Devices that nobody has used for long are logged out. */
import type pg from "pg";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createFakeClock, createLastingPerson, type FakeClock } from "../../../test/setup/fake-clock.ts";
import { description, register } from "../../../test/setup/own-devices.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";
import { createWatchedLog } from "../../../test/setup/watched-log.ts";
import { defaultConfig } from "../../config.ts";
import { createDatabase, createPool } from "../../db/database.ts";
import type { DeviceKey } from "../../ports/audiences/audiences.ts";
import { noAudiences } from "../../ports/audiences/no-audiences.ts";
import { createDeviceParts } from "./device-parts.ts";
import { type SweepServices, sweepDevices } from "./sweep-devices.ts";

const day = 86_400;
const log = createWatchedLog();
let clock: FakeClock;
let server: TestServer;
let ada: Person;
let pool: pg.Pool;

beforeEach(async () => {
  clock = createFakeClock();
  server = await startTestServer({ clock, log });
  ada = await createLastingPerson(server, "ada");
  pool = createPool({ connectionString: server.databaseUrl }, 2, log);
});
afterEach(async () => {
  await pool.end();
  await server.close();
  expect(log.faults()).toEqual([]);
});

/** What a server has, beside the one that runs. @param told collects whose sockets are closed */
function createServices(told: DeviceKey[]): SweepServices {
  const db = createDatabase(pool);
  const audiences = { ...noAudiences, logOut: (device: DeviceKey) => told.push(device) };
  return { db, clock, log, audiences, config: defaultConfig(), devices: createDeviceParts({ db, clock, log }) };
}

async function listActive(): Promise<string[]> {
  const { rows } = await pool.query("select device_id from devices where is_active order by device_id");
  return rows.map((row) => row.device_id);
}

async function addDevices(count: number): Promise<void> {
  await pool.query(
    `insert into devices (tenant_id, user_id, device_id, device_name, device_type, platform, app_version, push_token,
       push_provider, session_id, last_active_at, created_at, updated_at)
     select 'default', 'u' || n, 'd' || n, 'old', $1, $2, $3, 't' || n, 'fcm', 's' || n, $4, $4, $4
     from generate_series(1, $5::int) n`,
    [description.device_type, description.platform, description.app_version, clock.now(), count],
  );
}

it("one that was active within ninety days stays, written down or not; the others go, and only once", async () => {
  await register(ada, "idle", { push_token: "secret" });
  await register(ada, "used");
  clock.pass(89 * day);
  const services = createServices([]);
  expect(await sweepDevices(services)).toBe(0);
  services.devices.activity.note({ tenantId: "default", userId: "ada", deviceId: "used" });
  clock.pass(2 * day);
  expect(await sweepDevices(services)).toBe(1);
  expect(await sweepDevices(services)).toBe(0);
  expect(await listActive()).toEqual(["used"]);
  const { rows } = await pool.query("select push_token, logged_out_at from devices where device_id = 'idle'");
  expect(rows).toEqual([{ push_token: null, logged_out_at: clock.now() }]);
});

it("however many there are, two nodes at once log each out once, with its session", async () => {
  await addDevices(350);
  await pool.query(
    `insert into auth_users (id, name, email, email_verified) select 'u' || n, 'x', n || '@x', false from generate_series(1, 350) n`,
  );
  await pool.query(
    `insert into auth_sessions (id, user_id, token, expires_at, updated_at)
     select kind || n, 'u' || n, kind || n, now(), now() from generate_series(1, 350) n, (values ('s'), ('other')) k (kind)`,
  );
  clock.pass(91 * day);
  const told: DeviceKey[] = [];
  const counts = await Promise.all([sweepDevices(createServices(told)), sweepDevices(createServices(told))]);
  expect(counts.reduce((a, b) => a + b)).toBe(350);
  expect(new Set(told.map((device) => device.userId)).size).toBe(350);
  expect(told).toHaveLength(350);
  expect(await listActive()).toEqual([]);
  const { rows } = await pool.query("select count(*)::int as left from auth_sessions where id like 's%'");
  const others = await pool.query("select count(*)::int as left from auth_sessions");
  expect([rows[0].left, others.rows[0].left]).toEqual([0, 350]);
});

it("a running server does so by itself, and closes the sockets", async () => {
  await register(ada, "idle");
  const socket = await server.socket(ada, { deviceId: "idle" });
  const closed = new Promise((resolve) => socket.once("disconnect", resolve));
  clock.pass(91 * day);
  await expect.poll(listActive, { timeout: 20_000 }).toEqual([]);
  await closed;
  const { rows } = await pool.query("select run_at from jobs where kind = 'devices.sweep' and attempts = 0");
  expect(rows).toEqual([{ run_at: new Date(clock.now().getTime() + 3_600_000) }]);
});
