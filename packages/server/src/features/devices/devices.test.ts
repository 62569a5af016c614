/** Devices: what registering keeps and takes, and who sees what of them. */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { askAs, description, logOut, register, renew } from "../../../test/setup/own-devices.ts";
import { codeOf } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";

const maxDevices = 3;
let server: TestServer;
let database: pg.Client;
let ada: Person;
let bob: Person;
let twin: Person;

beforeAll(async () => {
  server = await startTestServer({ maxDevices });
  database = new pg.Client(server.databaseUrl);
  await database.connect();
  [ada, bob, twin] = await Promise.all([server.person("ada"), server.person("bob"), server.person("ada", "elsewhere")]);
});
afterAll(async () => {
  await database.end();
  await server.close();
});
beforeEach(() => database.query("delete from devices"));

type Stored = { user: string; device: string; token: string | null; provider: string | null };

async function stored(): Promise<Stored[]> {
  const { rows } = await database.query<Stored>(
    `select tenant_id || '/' || user_id as user, device_id as device, push_token as token, push_provider as provider
     from devices order by 1, 2`,
  );
  return rows;
}

async function list(person: Person) {
  return (await person.rest.get("/devices")).body.data;
}

function makeSubscription(endpoint = "https://push.example/abc"): { endpoint: string; keys: Record<string, string> } {
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const p256dh = publicKey.export({ type: "spki", format: "der" }).subarray(-65).toString("base64url");
  return { endpoint, keys: { p256dh, auth: randomBytes(16).toString("base64url") } };
}

describe("registering", () => {
  it("[V1] says what the device is, and doing so again replaces it", async () => {
    const first = await register(ada, "phone");
    expect(first).toMatchObject({ user_id: "ada", device_id: "phone", ...description, is_active: true });
    expect(first).toMatchObject({ last_sync_at: null, last_message_seq: null, push_provider: null, last_push: null });
    const second = await register(ada, "phone", { app_version: "2.0", device_type: "tablet" });
    expect(second).toMatchObject({ app_version: "2.0", device_type: "tablet" });
    expect(await list(ada)).toEqual([{ ...second, last_active_at: expect.any(String) }]);
  });

  it("[V1] twice at once makes one device", async () => {
    const devices = await Promise.all(Array.from({ length: 10 }, () => register(ada, "phone", { push_token: "t" })));
    expect(devices).toHaveLength(10);
    expect(await stored()).toEqual([{ user: "default/ada", device: "phone", token: "t", provider: "fcm" }]);
  });

  it("[V2] a push token that is not given again is kept; null takes it away", async () => {
    expect(await register(ada, "phone", { push_token: "secret-1" })).toMatchObject({ push_provider: "fcm" });
    expect(await register(ada, "phone")).toMatchObject({ push_provider: "fcm" });
    expect((await stored())[0]?.token).toBe("secret-1");
    await register(ada, "phone", { push_token: "secret-2" });
    expect((await stored())[0]?.token).toBe("secret-2");
    expect(await register(ada, "phone", { push_token: null })).toMatchObject({ push_provider: null });
    expect((await stored())[0]?.token).toBeNull();
  });

  it("[V2] no answer tells a token", async () => {
    const answers = [await register(ada, "phone", { push_token: "secret-1" }), await list(ada)];
    const socket = await server.socket(ada, { deviceId: "phone" });
    answers.push(await socket.emitWithAck("device:sync", {}), await socket.emitWithAck("device:list", {}));
    expect(answers[2].data.current_device).toMatchObject({ device_id: "phone", push_provider: "fcm" });
    for (const answer of answers) expect(JSON.stringify(answer)).not.toContain("secret-1");
  });

  it("[V2] the provider follows from the token and the platform, unless it is said", async () => {
    const cases: [object, string][] = [
      [{ push_token: "t", platform: "android" }, "fcm"],
      [{ push_token: "t", platform: "iOS" }, "apns"],
      [{ push_token: "t", platform: "ios", push_provider: "fcm" }, "fcm"],
      [{ push_token: JSON.stringify(makeSubscription()), platform: "ios" }, "webpush"],
      [{ push_token: JSON.stringify(makeSubscription("http://localhost:99/x")) }, "webpush"],
    ];
    for (const [given, provider] of cases) {
      expect((await register(ada, "phone", given)).push_provider, JSON.stringify(given)).toBe(provider);
    }
  });

  it("[V2] of a PushSubscription only what is needed is kept", async () => {
    const wanted = makeSubscription();
    const given = { keys: { auth: wanted.keys.auth, p256dh: wanted.keys.p256dh, more: 1 }, expirationTime: null };
    await register(ada, "phone", { push_token: JSON.stringify({ ...given, endpoint: wanted.endpoint }) });
    expect((await stored())[0]?.token).toBe(JSON.stringify(wanted));
  });

  it("[V2] what is no PushSubscription is refused as one", async () => {
    const good = makeSubscription();
    const bad = [
      "{",
      "{}",
      JSON.stringify({ ...good, endpoint: "http://push.example/abc" }),
      JSON.stringify({ ...good, endpoint: "http://localhost.example/abc" }),
      JSON.stringify({ ...good, endpoint: "https://me:pass@push.example/abc" }),
      JSON.stringify({ ...good, endpoint: "file:///etc/passwd" }),
      JSON.stringify({ ...good, endpoint: 7 }),
      JSON.stringify({ endpoint: good.endpoint }),
      JSON.stringify({ ...good, keys: { ...good.keys, auth: "short" } }),
      JSON.stringify({ ...good, keys: { ...good.keys, p256dh: randomBytes(64).toString("base64url") } }),
      JSON.stringify({ ...good, keys: { ...good.keys, p256dh: Buffer.alloc(65).toString("base64url") } }),
    ];
    const tries = [...bad.map((token) => ({ push_token: token })), { push_token: "t", push_provider: "webpush" }];
    for (const given of tries) {
      const reply = await ada.rest.post("/devices/register", { device_id: "phone", ...description, ...given });
      expect(codeOf(reply), JSON.stringify(given)).toBe("invalid_request");
      expect(reply.body.details).toMatchObject([{ path: "push_token" }]);
    }
    expect(await stored()).toEqual([]);
  });
});

describe("[V3] a push token has one device:", () => {
  it("it is taken from whoever had it, of the same user, another, or another tenant", async () => {
    await register(ada, "old", { push_token: "one" });
    for (const [person, device] of [
      [ada, "new"],
      [bob, "phone"],
      [twin, "phone"],
    ] as const) {
      await register(person, device, { push_token: "one" });
      const holders = (await stored()).filter((row) => row.token !== null);
      expect(holders).toEqual([{ user: `${person.tenant}/${person.id}`, device, token: "one", provider: "fcm" }]);
    }
    expect(await stored()).toHaveLength(4);
  });

  it("also when all register at once", async () => {
    const people = [ada, bob, twin];
    for (let round = 0; round < 10; round += 1) {
      const devices = ["a", "b", "c"].flatMap((device) => people.map((person) => ({ person, device })));
      await Promise.all(devices.map(({ person, device }) => register(person, device, { push_token: `${round}` })));
      expect((await stored()).filter((row) => row.token === `${round}`)).toHaveLength(1);
    }
  });

  it("two that swap theirs at the same time both succeed", async () => {
    for (let round = 0; round < 10; round += 1) {
      const [first, second] = round % 2 === 0 ? ["x", "y"] : ["y", "x"];
      await Promise.all([
        register(ada, "phone", { push_token: first }),
        register(bob, "phone", { push_token: second }),
      ]);
      expect((await stored()).map((row) => row.token)).toEqual([first, second]);
    }
  });
});

describe("[V4] of too many", () => {
  it("the one that was active longest ago is logged out, be it written down yet or not", async () => {
    const names = ["one", "two", "three"];
    for (const [n, device] of names.entries()) {
      await register(ada, device, { push_token: device });
      await database.query("update devices set last_active_at = now() - $2 * interval '1 day' where device_id = $1", [
        device,
        9 - n,
      ]);
    }
    // The one whose row is the oldest comes back; nothing is written for that.
    await askAs(ada, "one");
    await register(ada, "four");
    const devices = await list(ada);
    const out = devices.filter((device: { is_active: boolean }) => !device.is_active);
    expect(out).toMatchObject([{ device_id: "two" }]);
    expect((await stored()).find((row) => row.device === "two")?.token).toBeNull();
  });

  it("however many register at once, no more stay active than may", async () => {
    await Promise.all(Array.from({ length: 12 }, (_, n) => register(ada, `d${n}`)));
    const devices = await list(ada);
    expect(devices.filter((device: { is_active: boolean }) => device.is_active)).toHaveLength(maxDevices);
    expect(devices).toHaveLength(12);
  });
});

it("[V4][G11] of those that are logged out, the last thousand are remembered", async () => {
  await database.query(
    `insert into devices (tenant_id, user_id, device_id, device_name, device_type, platform, app_version, is_active,
       logged_out_at, last_active_at, created_at, updated_at)
     select 'default', u, 'd' || n, 'x', 'web', 'web', '1', false, now() - n * interval '1 hour', now(), now(), now()
     from generate_series(1, 1050) n, (values ('ada'), ('bob')) u (u)`,
  );
  await register(ada, "phone");
  expect(await logOut(ada, "phone")).toBe("ok");
  const { rows } = await database.query(
    `select count(*)::int as count, count(*) filter (where device_id in ('phone', 'd1', 'd999'))::int as newest
     from devices group by user_id order by user_id`,
  );
  expect(rows).toEqual([
    { count: 1_000, newest: 3 },
    { count: 1_050, newest: 2 },
  ]);
});

describe("[V5] logging out", () => {
  it("takes the push token, and leaves the device in the list", async () => {
    await register(ada, "phone", { push_token: "t" });
    expect(await logOut(ada, "phone")).toBe("ok");
    expect(await list(ada)).toMatchObject([{ device_id: "phone", is_active: false, push_provider: null }]);
    expect(await stored()).toMatchObject([{ token: null, provider: null }]);
    expect(await logOut(ada, "phone")).toBe("ok");
  });

  it("[G9] of another's device, or of another tenant's, or of none is not_found, and does nothing", async () => {
    await register(bob, "phone");
    await register(twin, "phone");
    for (const device of ["phone", "none"]) expect(await logOut(ada, device)).toBe("not_found");
    expect((await list(bob))[0].is_active).toBe(true);
    expect((await list(twin))[0].is_active).toBe(true);
    expect(await list(ada)).toEqual([]);
  });

  it("a device that comes back with a new token is active again; with an old one it is refused", async () => {
    await register(ada, "phone");
    await logOut(ada, "phone");
    const old = await ada.rest.post("/devices/register", { device_id: "phone", ...description });
    expect(codeOf(old)).toBe("unauthenticated");
    expect((await list(ada))[0].is_active).toBe(false);
    expect(await register(await renew(server, ada), "phone")).toMatchObject({ is_active: true });
  });
});
