/** [V5][V6] Logging a device out: its sockets end at once, and what was given to it before opens nothing more. */
import { io, type Socket } from "socket.io-client";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { forge, hmac } from "./setup/forge-token.ts";
import { ask, listenTo, once } from "./setup/listening.ts";
import { askAs, logOut, register, renew } from "./setup/own-devices.ts";
import { lockMembersFromReaders } from "./setup/room-lock.ts";
import { codeOf, makeGroup, say } from "./setup/talk.ts";
import { type Person, startTestServer, type TestServer, testSecret } from "./setup/test-server.ts";
import { createWatchedLog } from "./setup/watched-log.ts";

const log = createWatchedLog();
const patienceMs = 5_000;
let server: TestServer;
let other: TestServer;
let ada: Person;
let bob: Person;
let count = 0;

beforeAll(async () => {
  server = await startTestServer({ log });
  other = await startTestServer({ log, databaseUrl: server.databaseUrl });
  bob = await server.person("bob");
});
afterAll(async () => {
  await other.close();
  await server.close();
  expect(log.faults()).toEqual([]);
});
// A person of each test's own: what one logs out, another would miss.
beforeEach(async () => {
  count += 1;
  ada = await server.person(`ada${count}`);
});

/** What a socket heard until it was closed, in order. */
function untilClosed(socket: Socket): Promise<string[]> {
  const heard: string[] = [];
  socket.onAny((event) => heard.push(event));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("it was not closed")), patienceMs);
    socket.once("disconnect", () => {
      clearTimeout(timer);
      resolve(heard);
    });
  });
}

/** `connected`, or the code of the refusal. */
function tryToConnect(
  person: Person,
  deviceId: string,
  url = server.url,
): Promise<{ socket: Socket; outcome: string }> {
  const auth = { token: person.token, device_id: deviceId };
  const socket = io(url, { auth, transports: ["websocket"], forceNew: true, reconnection: false });
  return new Promise((resolve) => {
    socket.once("connect", () => resolve({ socket, outcome: "connected" }));
    socket.once("connect_error", (error: Error & { data?: { code: string } }) =>
      resolve({ socket, outcome: error.data?.code ?? error.message }),
    );
  });
}

async function outcomeOf(person: Person, deviceId: string, url = server.url): Promise<string> {
  const { socket, outcome } = await tryToConnect(person, deviceId, url);
  socket.disconnect();
  return outcome;
}

describe("the sockets of the device", () => {
  it("are told, then closed; the user's others and other users' devices of that name are not", async () => {
    await register(ada, "phone");
    const own = [await server.socket(ada, { deviceId: "phone" }), await server.socket(ada, { deviceId: "phone" })];
    const others = [
      listenTo(await server.socket(ada, { deviceId: "laptop" })),
      listenTo(await server.socket(ada)),
      listenTo(await server.socket(bob, { deviceId: "phone" })),
    ];
    const closed = own.map(untilClosed);
    expect(await logOut(ada, "phone")).toBe("ok");
    expect(await Promise.all(closed)).toEqual([["device:logged-out"], ["device:logged-out"]]);
    for (const listener of others) expect(await listener.settle()).toEqual([]);
  });

  it("are told and closed when they poll, too", async () => {
    const auth = { token: ada.token, device_id: "phone" };
    const socket = io(server.url, { auth, transports: ["polling"], forceNew: true, reconnection: false });
    await new Promise((resolve) => socket.once("connect", () => resolve(undefined)));
    const closed = untilClosed(socket);
    await ada.rest.call("POST", "/devices/phone/logout", {}, { "x-device-id": "phone" });
    expect(await closed).toEqual(["device:logged-out"]);
  });

  it("hear nothing that is told after, and ask for nothing more", async () => {
    await register(ada, "phone");
    const room = await makeGroup(ada, ["bob"]);
    const phone = await server.socket(ada, { deviceId: "phone" });
    const closed = untilClosed(phone);
    const answers: unknown[] = [];
    phone.once("device:logged-out", () => {
      phone.emit("message:send", { room_id: room, content: "too late" }, (answer: unknown) => answers.push(answer));
    });
    await logOut(ada, "phone");
    await say(bob, room, "secret");
    expect(await closed).toEqual(["device:logged-out"]);
    const history = (await bob.rest.get(`/rooms/${room}/messages`)).body.data;
    expect(history.map((message: { content: string }) => message.content)).not.toContain("too late");
    expect(answers).toEqual([]);
  });

  it("the one that asked gets its answer, and is closed after it", async () => {
    for (const [round, isAcknowledged] of [true, false].entries()) {
      const newer = await renew(server, ada, round * 10);
      await register(newer, "phone");
      const asker = await server.socket(newer, { deviceId: "phone" });
      const sibling = await server.socket(newer, { deviceId: "phone" });
      const closed = [untilClosed(asker), untilClosed(sibling)];
      if (isAcknowledged) {
        const answer = await ask(asker, "device:logout", { device_id: "phone" });
        expect(answer).toEqual({ success: true, data: { device_id: "phone" } });
      } else asker.emit("device:logout", { device_id: "phone" });
      const told = ["device:logged-out"];
      expect(await Promise.all(closed)).toEqual([isAcknowledged ? told : [...told, ...told], told]);
    }
  });

  it("end without a fault while requests of theirs still run", async () => {
    const room = await makeGroup(ada);
    await register(ada, "phone");
    const phone = await server.socket(ada, { deviceId: "phone" });
    const closed = untilClosed(phone);
    for (let n = 0; n < 50; n += 1) phone.emit("message:send", { room_id: room, content: `${n}` }, () => {});
    phone.emit("device:logout", { device_id: "phone" });
    for (let n = 0; n < 50; n += 1) phone.emit("message:send", { room_id: room, content: `later ${n}` }, () => {});
    expect((await closed).at(-1)).toBe("device:logged-out");
  });
});

describe("what was given to it before", () => {
  it("opens no socket and answers no request that names the device, on either node; it does without", async () => {
    await register(ada, "phone");
    expect(await askAs(ada, "phone")).toBe("ok");
    await logOut(ada, "phone");
    expect(await askAs(ada, "phone")).toBe("unauthenticated");
    expect(await outcomeOf(ada, "phone")).toBe("unauthenticated");
    expect(await outcomeOf(ada, "phone", other.url)).toBe("unauthenticated");
    expect(await askAs({ ...ada, rest: other.rest(ada.token) }, "phone")).toBe("unauthenticated");
    expect(await askAs(ada, "laptop")).toBe("ok");
    expect(await outcomeOf(ada, "laptop")).toBe("connected");
    expect(codeOf(await ada.rest.get("/devices"))).toBe("ok");
  });

  it("opens nothing when the device has come back either; a newer token does", async () => {
    await register(ada, "phone");
    await logOut(ada, "phone");
    const newer = await renew(server, ada);
    expect(await outcomeOf(newer, "phone")).toBe("connected");
    await register(newer, "phone");
    expect(await askAs(newer, "phone")).toBe("ok");
    expect(await askAs(ada, "phone")).toBe("unauthenticated");
    expect(await outcomeOf(ada, "phone")).toBe("unauthenticated");
  });

  it("is refused in doubt: a token of the same second, or one that does not say when it was made", async () => {
    await register(ada, "phone");
    const before = Math.floor(Date.now() / 1000);
    await logOut(ada, "phone");
    const after = Math.floor(Date.now() / 1000);
    const tokenWith = (claims: object) =>
      forge({ alg: "HS256" }, { sub: ada.id, exp: after + 60, ...claims }, hmac(256, testSecret));
    const outcomes = async (claims: object) => {
      const person = { ...ada, token: tokenWith(claims), rest: server.rest(tokenWith(claims)) };
      return [await askAs(person, "phone"), await outcomeOf(person, "phone")];
    };
    const refused = ["unauthenticated", "unauthenticated"];
    const doubtful = [{ iat: before }, { iat: before + 0.999 }, {}, { iat: String(after + 9) }, { iat: null }];
    for (const claims of doubtful) expect(await outcomes(claims), JSON.stringify(claims)).toEqual(refused);
    expect(await outcomes({ iat: after + 1 })).toEqual(["ok", "connected"]);
  });

  it("is refused for a device that never registered, once it has logged itself out", async () => {
    const phone = await server.socket(ada, { deviceId: "stranger" });
    const closed = untilClosed(phone);
    expect(await ask(phone, "device:logout", { device_id: "stranger" })).toMatchObject({ success: true });
    expect(await closed).toEqual(["device:logged-out"]);
    expect(await outcomeOf(ada, "stranger")).toBe("unauthenticated");
    expect(await askAs(ada, "stranger")).toBe("unauthenticated");
    const newer = await renew(server, ada);
    expect((await newer.rest.get("/devices")).body.data).toMatchObject([{ device_id: "stranger", is_active: false }]);
  });
});

describe("[V6] a log-out that meets", () => {
  it("a handshake refuses the socket, or closes it", async () => {
    const outcomes = new Map<string, number>();
    const rounds = 60;
    for (let round = 0; round < rounds; round += 1) {
      const person = await server.person(`racer${round}`);
      await register(person, "phone");
      // From well before the handshake to well after it; the first and the last round do not meet at all.
      const lead = round - rounds / 2;
      const wait = async (): Promise<void> => {
        for (let turn = 0; turn < Math.abs(lead) * 6; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      };
      const leave = () => logOut(person, "phone");
      const leaving = lead < 0 ? leave() : undefined;
      await (round === 0 ? leaving : lead < 0 ? wait() : undefined);
      const opening = tryToConnect(person, "phone");
      if (lead >= 0) await (round === rounds - 1 ? opening : wait());
      const [{ socket, outcome }] = await Promise.all([opening, leaving ?? leave()]);
      if (outcome === "connected") {
        if (socket.connected) await once(socket, "disconnect");
        expect(socket.connected, `round ${round}`).toBe(false);
      } else expect(outcome).toBe("unauthenticated");
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      socket.disconnect();
    }
    expect([...outcomes.keys()].sort(), JSON.stringify([...outcomes])).toEqual(["connected", "unauthenticated"]);
  });

  it("a handshake that has looked at the device already refuses the socket", async () => {
    await register(ada, "phone");
    const lock = await lockMembersFromReaders(server.databaseUrl);
    const opening = tryToConnect(ada, "phone");
    await lock.waitForWaiters(1);
    expect(await logOut(ada, "phone")).toBe("ok");
    await lock.release();
    expect((await opening).outcome).toBe("unauthenticated");
  });

  it("a request leaves nothing remembered that lets the next one in", async () => {
    for (let round = 0; round < 30; round += 1) {
      const person = await server.person(`asker${round}`);
      await register(person, "phone");
      const asking = Array.from({ length: 3 }, () => askAs(person, "phone"));
      await Promise.all([...asking, logOut(person, "phone")]);
      expect(await askAs(person, "phone"), `round ${round}`).toBe("unauthenticated");
    }
  });

  it("a registration ends with the device either active or logged out, never half", async () => {
    for (let round = 0; round < 20; round += 1) {
      const person = await server.person(`half${round}`);
      await register(person, "phone", { push_token: `of ${person.id}` });
      const again = person.rest.post("/devices/register", {
        device_id: "phone",
        device_name: "x",
        device_type: "web",
        platform: "web",
        app_version: "1",
        push_token: `again of ${person.id}`,
      });
      const [reply] = await Promise.all([again, logOut(person, "phone")]);
      expect(["ok", "unauthenticated"]).toContain(codeOf(reply));
      const [device] = (await person.rest.get("/devices")).body.data;
      expect(device).toMatchObject({ is_active: false, push_provider: null });
    }
  });
});
