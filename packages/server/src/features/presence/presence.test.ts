/** Who hears that users come, go, and say something of themselves; and what is kept of it. */
import pg from "pg";
import type { Socket } from "socket.io-client";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createFakeClock, createLastingPerson, type FakeClock } from "../../../test/setup/fake-clock.ts";
import { ask, type Listener, listenTo, once } from "../../../test/setup/listening.ts";
import { waitForSockets } from "../../../test/setup/open-sockets.ts";
import { makeGroup } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";
import { createWatchedLog, type WatchedLog } from "../../../test/setup/watched-log.ts";

let clock: FakeClock;
let log: WatchedLog;
let server: TestServer;
let ada: Person;
let bob: Person;
let carl: Person;
/** A socket of bob's, which subscribed to ada. */
let watching: Listener;
/** Sockets that are open besides those of a test. */
const kept = 1;

beforeAll(start);
afterAll(() => server.close());

let tests = 0;

/** People of a test's own, on a server that all share. */
beforeEach(async () => {
  tests += 1;
  ada = await createLastingPerson(server, `ada-${tests}`);
  bob = await createLastingPerson(server, `bob-${tests}`);
  carl = await createLastingPerson(server, `carl-${tests}`);
  watching = listenTo(await connect(bob));
  await subscribe(watching.socket, ada.id, bob.id);
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.disconnect();
  await waitForSockets(server, 0);
  clock.pass(16);
});

async function start(): Promise<void> {
  clock = createFakeClock();
  log = createWatchedLog();
  server = await startTestServer({ clock, timers: clock, log });
}

const sockets: Socket[] = [];

async function connect(person: Person): Promise<Socket> {
  const socket = await server.socket(person);
  sockets.push(socket);
  return socket;
}

async function subscribe(socket: Socket, ...userIds: string[]) {
  const reply = await ask(socket, "presence:subscribe", { user_ids: userIds });
  expect(reply).toMatchObject({ success: true });
  return reply.data;
}

async function disconnect(socket: Socket, remaining: number): Promise<void> {
  socket.disconnect();
  await waitForSockets(server, remaining);
}

const patience = { timeout: 5_000, interval: 20 };

let marks = 0;

/** What bob's socket was told of others than himself, once all is told: rounds of telling follow each other. */
async function hears() {
  marks += 1;
  const text = `mark ${marks}`;
  await bob.rest.put("/users/me/status-message", { status_message: text });
  const isMark = () => watching.of("user:presence_update").some((told) => told.status_message === text);
  await expect.poll(isMark, patience).toBe(true);
  return watching.of("user:presence_update").filter((told) => told.user_id !== bob.id);
}

const online = () => ({ user_id: ada.id, is_online: true, last_seen: null, status_message: null });
const offline = (lastSeen: string | null) => ({ ...online(), is_online: false, last_seen: lastSeen });

describe("coming and going", () => {
  it("[P1][P3] is told to those who subscribed, once, with when it was", async () => {
    const phone = await connect(ada);
    const laptop = await connect(ada);
    expect(await hears()).toEqual([online()]);
    await disconnect(phone, kept + 1);
    clock.pass(60);
    await disconnect(laptop, kept);
    const wentAt = clock.now().toISOString();
    clock.pass(16);
    expect(await hears()).toEqual([online(), offline(wentAt)]);
    expect((await bob.rest.get(`/users/${ada.id}/presence`)).body.data).toEqual(offline(wentAt));
  });

  it("[P1] a reconnect within 15 s shows nothing, to nobody", async () => {
    const before = await connect(ada);
    await hears();
    await disconnect(before, kept);
    clock.pass(14);
    expect((await bob.rest.get(`/users/${ada.id}/presence`)).body.data).toEqual(online());
    await connect(ada);
    clock.pass(60);
    expect(await hears()).toEqual([online()]);
  });

  it("[P3] is told to nobody but subscribers: not in shared rooms, not to other tenants, not after unsubscribing", async () => {
    await makeGroup(ada, [bob.id, carl.id]);
    const twin = await createLastingPerson(server, ada.id, "elsewhere");
    const others = [listenTo(await connect(carl)), listenTo(await connect(bob)), listenTo(await connect(twin))];
    await subscribe(others[2]?.socket ?? watching.socket, ada.id);
    const former = listenTo(await connect(carl));
    await subscribe(former.socket, ada.id);
    expect(await ask(former.socket, "presence:unsubscribe", { user_ids: [ada.id] })).toMatchObject({ success: true });
    const phone = await connect(ada);
    await ada.rest.put("/users/me/status-message", { status_message: "busy" });
    await disconnect(phone, kept + 4);
    clock.pass(16);
    expect(await hears()).not.toEqual([]);
    for (const listener of [...others, former]) {
      await listener.settle();
      expect(listener.of("user:presence_update")).toEqual([]);
    }
  });

  it("[P2] last seen is null before the first visit, and one's own is one's own", async () => {
    const dora = await createLastingPerson(server, "dora");
    const never = { is_online: false, last_seen: null, status_message: null };
    expect((await dora.rest.get("/users/me")).body.data).toMatchObject(never);
    expect(await subscribe(watching.socket, "dora")).toEqual([{ user_id: "dora", ...never }]);
    const phone = await connect(dora);
    expect((await dora.rest.get("/users/me")).body.data).toMatchObject({ ...never, is_online: true });
    await disconnect(phone, kept);
  });
});

async function readDatabase(statement: string) {
  const client = new pg.Client(server.databaseUrl);
  await client.connect();
  const { rows } = await client.query(statement);
  await client.end();
  return rows;
}

describe("[P2] when the server ends", () => {
  let shared: { server: TestServer; clock: FakeClock; log: WatchedLog };
  beforeEach(async () => {
    shared = { server, clock, log };
    for (const socket of sockets.splice(0)) socket.disconnect();
    await start();
    ada = await createLastingPerson(server, "ada");
    carl = await createLastingPerson(server, "carl");
    bob = await createLastingPerson(server, "bob");
  });
  afterEach(async () => {
    await server.close();
    ({ server, clock, log } = shared);
  });

  it("in good order: those who were here went then", async () => {
    await connect(ada);
    const end = clock.now();
    const row = server.pipit.close().then(() => readDatabase(`select last_seen_at from users where id = '${ada.id}'`));
    expect(await row).toEqual([{ last_seen_at: end }]);
  });

  it("by a crash: what is known is when they were last noted to be here, every few minutes", async () => {
    await connect(ada);
    clock.pass(170);
    expect(await readDatabase(`select noted_online_at from users where id = '${ada.id}'`)).toEqual([
      { noted_online_at: null },
    ]);
    clock.pass(20);
    const noted = async () =>
      (await readDatabase(`select noted_online_at as at from users where id = '${ada.id}'`))[0]?.at;
    await expect.poll(noted, patience).not.toBeNull();
    expect(await readDatabase(`select last_seen_at from users where id = '${ada.id}'`)).toEqual([
      { last_seen_at: null },
    ]);
    // Who was so noted and is not here: what a crash leaves behind.
    const at = clock.now();
    await readDatabase(`update users set noted_online_at = '${at.toISOString()}' where id = '${carl.id}'`);
    expect((await bob.rest.get(`/users/${carl.id}/presence`)).body.data).toMatchObject({
      is_online: false,
      last_seen: at.toISOString(),
    });
    await connect(carl);
    const lastSeen = async () => (await readDatabase(`select last_seen_at from users where id = '${carl.id}'`))[0];
    await expect.poll(lastSeen, patience).toEqual({ last_seen_at: at });
  });
});

describe("[P6] status message", () => {
  it("is told to those who subscribed and may know it; blank takes it away; saying it again is no change", async () => {
    const phone = listenTo(await connect(ada));
    const laptop = listenTo(await connect(ada));
    await hears();
    const set = await ask(phone.socket, "user:status_message:update", { status_message: "  At sea " });
    expect(set.data).toEqual({ status_message: "At sea", account_change: 1 });
    const told = { ...online(), status_message: "At sea" };
    expect(await hears()).toEqual([online(), told]);
    const again = await ada.rest.put("/users/me/status-message", { status_message: "At sea" });
    expect(again.body.data).toEqual(set.data);
    expect((await ada.rest.put("/users/me/status-message", { status_message: " " })).body.data).toEqual({
      status_message: null,
      account_change: 2,
    });
    expect(await hears()).toEqual([online(), told, online()]);
    await phone.settle();
    await laptop.settle();
    const { privacy } = (await ada.rest.post("/sync/chats", {})).body.data.account.settings;
    const change = (n: number, status_message: string | null) => ({
      account_change: n,
      kind: "settings",
      settings: { status_message, privacy, account_change: n },
    });
    expect(laptop.of("account:update")).toMatchObject([change(1, "At sea"), change(2, null)]);
    expect(phone.of("account:update")).toMatchObject([change(2, null)]);
  });

  it("of more than 140 characters is refused", async () => {
    const reply = await ada.rest.put("/users/me/status-message", { status_message: "x".repeat(141) });
    expect(reply.body).toMatchObject({ code: "invalid_request" });
  });
});

describe("[P4][P5] what was told is not told on", () => {
  it("hiding tells subscribers what an ordinary going would; after that, nothing at all", async () => {
    const phone = await connect(ada);
    await ada.rest.put("/users/me/status-message", { status_message: "busy" });
    const here = { ...online(), status_message: "busy" };
    expect((await hears()).at(-1)).toEqual(here);
    await ada.rest.patch("/users/me/privacy", { online: "nobody" });
    const seen = (await hears()).at(-1);
    expect(seen).toEqual({ ...here, is_online: false, last_seen: clock.now().toISOString() });
    await ada.rest.patch("/users/me/privacy", { last_seen: "nobody", status_message: "nobody" });
    const count = (await hears()).length;
    expect((await hears()).at(-1)).toEqual(offline(null));
    await ada.rest.put("/users/me/status-message", { status_message: "secret" });
    await disconnect(phone, kept);
    clock.pass(16);
    await hears();
    await connect(ada);
    expect(await hears()).toHaveLength(count);
    expect(await subscribe(watching.socket, ada.id)).toEqual([offline(null)]);
  });

  it("one who may know when she went, but not that she is here, is not told that she came", async () => {
    const first = await connect(ada);
    await ada.rest.patch("/users/me/privacy", { online: "nobody" });
    await disconnect(first, kept);
    const wentAt = clock.now().toISOString();
    clock.pass(16);
    const told = await hears();
    expect(told.at(-1)).toEqual(offline(wentAt));
    clock.pass(100);
    const second = await connect(ada);
    clock.pass(400);
    expect(await hears()).toEqual(told);
    expect((await bob.rest.get(`/users/${ada.id}/presence`)).body.data).toEqual(offline(wentAt));
    await disconnect(second, kept);
    clock.pass(16);
    expect((await hears()).length).toBe(told.length + 1);
  });

  it("hiding from others hides them from oneself, at once", async () => {
    await connect(ada);
    expect(await hears()).toEqual([online()]);
    await bob.rest.patch("/users/me/privacy", { online: "nobody" });
    expect(await hears()).toEqual([online(), offline(null)]);
    await bob.rest.patch("/users/me/privacy", { online: "everyone" });
    expect(await hears()).toEqual([online(), offline(null), online()]);
  });

  it("[P6] a status message is told to who subscribed to its user, and is no new look at those that the user subscribed to", async () => {
    await ada.rest.patch("/users/me/privacy", { online: "shared_rooms" });
    const room = await makeGroup(ada, [bob.id]);
    await connect(ada);
    const third = listenTo(await connect(carl));
    await subscribe(third.socket, bob.id);
    expect(await hears()).toEqual([online()]);
    await bob.rest.post(`/rooms/${room}/leave`);
    expect(await hears()).toEqual([online()]);
    const isTold = () => third.of("user:presence_update").at(-1)?.status_message === `mark ${marks}`;
    await expect.poll(isTold, patience).toBe(true);
    await bob.rest.patch("/users/me/privacy", { status_message: "nobody" });
    expect(await hears()).toEqual([online(), offline(null)]);
  });

  it("leaving the last room that two share counts from the next telling on", async () => {
    await ada.rest.patch("/users/me/privacy", {
      last_seen: "shared_rooms",
      online: "shared_rooms",
      status_message: "shared_rooms",
    });
    const room = await makeGroup(ada, [bob.id]);
    const phone = await connect(ada);
    expect(await hears()).toEqual([online()]);
    await bob.rest.post(`/rooms/${room}/leave`);
    await ada.rest.put("/users/me/status-message", { status_message: "secret" });
    expect(await hears()).toEqual([online(), offline(null)]);
    await disconnect(phone, kept);
    clock.pass(16);
    expect(await hears()).toHaveLength(2);
  });
});

describe("[P3][G11] subscriptions", () => {
  const ids = (count: number, from = 0) => Array.from({ length: count }, (_, n) => `u${n + from}`);

  it("are at most 500 a socket; too many is a conflict that changes nothing", async () => {
    await readDatabase(
      "insert into users (tenant_id, id, name, created_at, updated_at) select 'default', 'u' || n, 'u', now(), now() from generate_series(0, 600) n",
    );
    const socket = await connect(carl);
    for (const from of [0, 200]) expect(await subscribe(socket, ...ids(200, from))).toHaveLength(200);
    expect(await subscribe(socket, ...ids(100, 400))).toHaveLength(100);
    const over = await ask(socket, "presence:subscribe", { user_ids: ["u0", ada.id] });
    expect(over).toMatchObject({ success: false, code: "conflict" });
    expect(await subscribe(socket, "u0", "u0")).toHaveLength(1);
    await ask(socket, "presence:unsubscribe", { user_ids: ["u1", "u1", "nobody"] });
    expect(await subscribe(socket, ada.id)).toHaveLength(1);
    expect(await ask(socket, "presence:subscribe", { user_ids: ids(201) })).toMatchObject({ code: "invalid_request" });
  });

  it("of users who are not there take no room", async () => {
    for (let n = 0; n < 4; n += 1) expect(await subscribe(watching.socket, ...ids(200, 1_000 + n * 200))).toEqual([]);
  });

  it("end with the socket, and are answered without a callback by presence:state", async () => {
    const socket = await connect(carl);
    const state = once(socket, "presence:state");
    socket.emit("presence:subscribe", { user_ids: [ada.id] });
    expect(await state).toEqual([offline(null)]);
    await disconnect(socket, kept);
    const next = listenTo(await connect(carl));
    await connect(ada);
    await hears();
    await next.settle();
    expect(next.heard).toEqual([]);
  });
});

describe("[P3] what is told in the end is what is so", () => {
  it("what could not be looked up is told later", async () => {
    await hears();
    await readDatabase("alter table users rename privacy_online to away");
    await connect(ada);
    const isSaid = () => log.warnings().some((line) => line.startsWith("presence could not be told"));
    await expect.poll(isSaid, patience).toBe(true);
    await readDatabase("alter table users rename away to privacy_online");
    clock.pass(6);
    expect(await hears()).toEqual([online()]);
  });

  it("[P2] who goes while others are being told of is written down", async () => {
    const phone = await connect(carl);
    await disconnect(phone, kept);
    const wentAt = clock.now();
    const client = new pg.Client(server.databaseUrl);
    await client.connect();
    await client.query("begin");
    await client.query("lock table members in access exclusive mode");
    await ada.rest.put("/users/me/status-message", { status_message: "busy" });
    const isHeld = async () => (await readDatabase("select 1 from pg_locks where not granted")).length > 0;
    await expect.poll(isHeld, patience).toBe(true);
    clock.pass(16);
    await client.query("commit");
    await client.end();
    const lastSeen = () => readDatabase(`select last_seen_at from users where id = '${carl.id}'`);
    await expect.poll(lastSeen, patience).toEqual([{ last_seen_at: wentAt }]);
  });

  it("whatever the order of changes, of subscribing anew and of coming and going", async () => {
    let known: unknown;
    watching.socket.on("user:presence_update", (told) => {
      if (told.user_id === ada.id) known = told;
    });
    const again = async () => {
      [known] = await subscribe(watching.socket, ada.id);
    };
    const phone = await connect(ada);
    for (let n = 1; n <= 20; n += 1) {
      const say = ada.rest.put("/users/me/status-message", { status_message: `status ${n}` });
      const hide = ada.rest.patch("/users/me/privacy", { online: n % 2 === 0 ? "everyone" : "nobody" });
      await Promise.all([say, again(), hide, again()]);
    }
    await hears();
    expect(known).toEqual((await bob.rest.get(`/users/${ada.id}/presence`)).body.data);
    expect(known).toMatchObject({ is_online: true, status_message: "status 20" });
    phone.disconnect();
  });
});
