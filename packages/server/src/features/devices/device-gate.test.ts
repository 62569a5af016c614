/** [V6] Which tokens a log-out shuts out, as far as it depends on what is remembered. */
import type pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createFakeClock, type FakeClock } from "../../../test/setup/fake-clock.ts";
import { createTestDatabase, type TestDatabase } from "../../../test/setup/test-database.ts";
import { createWatchedLog } from "../../../test/setup/watched-log.ts";
import type { Actor } from "../../context.ts";
import { createDatabase, createPool } from "../../db/database.ts";
import { createDeviceGate, type DeviceGate } from "./device-gate.ts";

let database: TestDatabase;
let pool: pg.Pool;
let clock: FakeClock;
let gate: DeviceGate;
let device: { tenantId: string; userId: string; deviceId: string };
let actor: Actor;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ connectionString: database.url }, 2, createWatchedLog());
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});
beforeEach(async () => {
  clock = createFakeClock();
  gate = createDeviceGate({ db: createDatabase(pool), clock });
  device = { tenantId: "default", userId: crypto.randomUUID(), deviceId: crypto.randomUUID() };
  actor = { kind: "user", ...device, issuedAt: Math.floor(clock.now().getTime() / 1000) };
  await pool.query(
    `insert into devices (tenant_id, user_id, device_id, device_name, device_type, platform, app_version, last_active_at,
       created_at, updated_at)
     values ('default', $2, $1, '', 'web', '', '', now(), now(), now())`,
    [device.deviceId, device.userId],
  );
});

/** As another node would, of which this one hears nothing. */
async function logOutElsewhere(): Promise<void> {
  const statement = "update devices set is_active = false, logged_out_at = $1 where device_id = $2";
  await pool.query(statement, [clock.now(), device.deviceId]);
}

const refusal = { code: "unauthenticated" };

it("what another node did is known at once for a socket, and after five seconds for a request", async () => {
  await gate.requireOpenLately(actor);
  await logOutElsewhere();
  await gate.requireOpenLately(actor);
  await expect(gate.requireOpen(actor)).rejects.toMatchObject(refusal);
  clock.pass(5);
  await expect(gate.requireOpenLately(actor)).rejects.toMatchObject(refusal);
});

it("what this node did is known at once, also by a request that was looking at that moment", async () => {
  const looking = gate.requireOpenLately(actor);
  gate.forget(device);
  await looking;
  await logOutElsewhere();
  await expect(gate.requireOpenLately(actor)).rejects.toMatchObject(refusal);
});

it("a token without a device, or of one that never was, passes", async () => {
  await logOutElsewhere();
  await gate.requireOpen({ ...actor, deviceId: undefined });
  await gate.requireOpen({ ...actor, deviceId: "never" });
  await gate.requireOpen({ ...actor, tenantId: "elsewhere" });
  await gate.requireOpen({ ...actor, issuedAt: (actor.issuedAt ?? 0) + 1 });
});

it("[G11] costs one query for a user, however many devices their requests name, together or one after the other", async () => {
  let queries = 0;
  const counted = {
    ...pool,
    query: pool.query.bind(pool),
    end: () => pool.end(),
    connect: () => {
      queries += 1;
      return pool.connect();
    },
  } as unknown as pg.Pool;
  const own = createDeviceGate({ db: createDatabase(counted), clock });
  const ids = Array.from({ length: 20 }, () => crypto.randomUUID());
  await Promise.all(ids.map((deviceId) => own.requireOpenLately({ ...actor, deviceId })));
  for (const deviceId of ids) await own.requireOpenLately({ ...actor, deviceId });
  expect(queries).toBe(1);
  own.forget(device);
  await logOutElsewhere();
  await expect(own.requireOpenLately(actor)).rejects.toMatchObject(refusal);
  expect(queries).toBe(2);
});

it("[G11] no more than so many users and logged-out devices are remembered", async () => {
  const small = createDeviceGate({ db: createDatabase(pool), clock }, 3);
  await small.requireOpenLately(actor);
  await logOutElsewhere();
  for (const userId of ["bob", "carl"]) await small.requireOpenLately({ ...actor, userId });
  await small.requireOpenLately(actor);
  await small.requireOpenLately({ ...actor, userId: "dora" });
  await expect(small.requireOpenLately(actor)).rejects.toMatchObject(refusal);
});

it("[G11] one with more of them than fit is not remembered", async () => {
  await logOutElsewhere();
  const small = createDeviceGate({ db: createDatabase(pool), clock }, 1);
  await expect(small.requireOpenLately(actor)).rejects.toMatchObject(refusal);
  await pool.query("update devices set is_active = true, logged_out_at = null where device_id = $1", [device.deviceId]);
  await small.requireOpenLately(actor);
});
