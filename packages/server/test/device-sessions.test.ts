/** [V9] A stand-alone account's session ends with the device that it was used on. */
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { description, logOut } from "./setup/own-devices.ts";
import { codeOf } from "./setup/talk.ts";
import { startTestServer, type TestServer } from "./setup/test-server.ts";

let server: TestServer;
let database: pg.Client;
let count = 0;
let session: string;

beforeAll(async () => {
  server = await startTestServer();
  database = new pg.Client(server.databaseUrl);
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await server.close();
});
beforeEach(async () => {
  count += 1;
  const name = `ada${count}`;
  const made = await auth("/sign-up/email", { name, username: name, password: "a long enough password" });
  session = made.headers.get("set-auth-token") ?? "";
});

function auth(path: string, body: object | undefined, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}/api/auth${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** Exchanges the session for a token. @returns undefined if it is refused */
async function exchange(deviceId?: string, of = session): Promise<string | undefined> {
  const device = deviceId === undefined ? {} : { "x-device-id": deviceId };
  const response = await auth("/token", undefined, { authorization: `Bearer ${of}`, ...device });
  if (response.ok) return ((await response.json()) as { data: { token: string } }).data.token;
  expect(response.status).toBe(401);
  return undefined;
}

async function exchangeWell(deviceId?: string): Promise<string> {
  const token = await exchange(deviceId);
  if (token === undefined) throw new Error("the session was refused");
  return token;
}

async function tryRegister(token: string, deviceId: string, given: object = {}): Promise<string> {
  return codeOf(await server.rest(token).post("/devices/register", { device_id: deviceId, ...description, ...given }));
}

async function registerWith(token: string, deviceId: string, given: object = {}): Promise<void> {
  expect(await tryRegister(token, deviceId, given)).toBe("ok");
}

async function signInAgain(): Promise<string> {
  const response = await auth("/sign-in/username", { username: `ada${count}`, password: "a long enough password" });
  return response.headers.get("set-auth-token") ?? "";
}

describe("logging a device out ends its session", () => {
  it("when the exchange came before the device was registered", async () => {
    const token = await exchangeWell("phone");
    await registerWith(token, "phone");
    expect(await logOut({ rest: server.rest(token) }, "phone")).toBe("ok");
    expect(await exchange("phone")).toBeUndefined();
    expect(await exchange()).toBeUndefined();
  });

  it("when the exchange came after, though the device was registered by another means", async () => {
    const { sub } = JSON.parse(atob((await exchangeWell()).split(".")[1] ?? ""));
    const { token } = await server.tokens.issue({ tenantId: "default", userId: sub }, 60);
    await registerWith(token, "phone");
    await exchangeWell("phone");
    await logOut({ rest: server.rest(token) }, "phone");
    expect(await exchange()).toBeUndefined();
  });

  it("when the device never registered and logs itself out", async () => {
    const token = await exchangeWell();
    const headers = { "x-device-id": "phone" };
    const reply = await server.rest(token).call("POST", "/devices/phone/logout", {}, headers);
    expect(codeOf(reply)).toBe("ok");
    expect(await exchange()).toBeUndefined();
  });

  it("and no other: those of other devices, and of other people's devices of that name, stay", async () => {
    const laptop = await signInAgain();
    await registerWith(await exchangeWell("phone"), "phone");
    const laptopToken = (await exchange("laptop", laptop)) ?? "";
    await registerWith(laptopToken, "laptop");
    await logOut({ rest: server.rest(laptopToken) }, "phone");
    expect(await exchange("phone")).toBeUndefined();
    expect(await exchange("laptop", laptop)).toBeDefined();
  });

  it("and a session of somebody else that a token names can't be ended by it", async () => {
    const { rows } = await database.query("select id from auth_sessions order by created_at desc limit 1");
    const { token } = await server.tokens.issue({ tenantId: "default", userId: "eve", sessionId: rows[0].id }, 60);
    expect(await tryRegister(token, "phone")).toBe("unauthenticated");
    const headers = { "x-device-id": "phone" };
    await server.rest(token).call("POST", "/devices/phone/logout", {}, headers);
    expect(await exchange()).toBeDefined();
  });

  it("also an older one, which the device had before it got another by an exchange or by registering", async () => {
    for (const byExchange of [true, false]) {
      const older = session;
      await registerWith(await exchangeWell("phone"), "phone");
      session = await signInAgain();
      const token = await exchangeWell(byExchange ? "phone" : undefined);
      await registerWith(token, "phone");
      expect(await exchange("phone", older), `${byExchange}`).toBeUndefined();
      expect(await exchange("phone")).toBeDefined();
    }
    const last = await exchangeWell("phone");
    await logOut({ rest: server.rest(last) }, "phone");
    expect(await exchange("phone")).toBeUndefined();
  });
});

describe("signing out", () => {
  const signOut = async () =>
    expect((await auth("/sign-out", undefined, { authorization: `Bearer ${session}` })).status).toBe(200);

  it("logs out the devices of that session, and no other", async () => {
    const token = await exchangeWell("phone");
    await registerWith(token, "phone", { push_token: `of ${count}` });
    const laptop = (await exchange("laptop", await signInAgain())) ?? "";
    await registerWith(laptop, "laptop", { push_token: `of laptop ${count}` });
    const { sub } = JSON.parse(atob(token.split(".")[1] ?? ""));
    const socket = await server.socket(
      { id: sub, tenant: "default", token, rest: server.rest(token) },
      { deviceId: "phone" },
    );
    const told = new Promise((tell) => socket.on("device:logged-out", tell));
    const closed = new Promise<void>((tell) => socket.on("disconnect", () => tell()));
    await signOut();
    expect(await told).toEqual({ device_id: "phone" });
    await closed;
    const { data } = (await server.rest(laptop).get("/devices")).body;
    const byId = Object.groupBy(data as { device_id: string }[], (device) => device.device_id);
    expect(byId).toMatchObject({
      laptop: [{ is_active: true, push_provider: "fcm" }],
      phone: [{ is_active: false, push_provider: null }],
    });
    expect(codeOf(await server.rest(token).call("GET", "/devices", undefined, { "x-device-id": "phone" }))).toBe(
      "unauthenticated",
    );
  });

  it("leaves tokens that register no device any more", async () => {
    const token = await exchangeWell();
    await signOut();
    expect(await tryRegister(token, "phone")).toBe("unauthenticated");
    expect((await server.rest(token).get("/devices")).body.data).toEqual([]);
  });

  it("that meets a registration leaves no device logged in", async () => {
    for (let round = 0; round < 10; round += 1) {
      session = await signInAgain();
      const token = await exchangeWell();
      await Promise.all([tryRegister(token, `d${round}`), signOut()]);
      const { data } = (await server.rest(token).get("/devices")).body;
      expect(data.filter((device: { is_active: boolean }) => device.is_active)).toEqual([]);
    }
  });
});

it("an exchange that meets the log-out, of a registered device or another, gives no token that outlives it", async () => {
  for (let round = 0; round < 20; round += 1) {
    session = await signInAgain();
    const device = `d${round}`;
    const token = await exchangeWell(device);
    if (round % 2 === 0) await registerWith(token, device);
    const logOutItself = server.rest(token).call("POST", `/devices/${device}/logout`, {}, { "x-device-id": device });
    const [late, reply] = await Promise.all([exchange(device), logOutItself]);
    expect(codeOf(reply)).toBe("ok");
    expect(await exchange(device)).toBeUndefined();
    if (late === undefined) continue;
    const outcome = await server.rest(late).call("GET", "/devices", undefined, { "x-device-id": device });
    expect(codeOf(outcome), `round ${round}`).toBe("unauthenticated");
  }
});
