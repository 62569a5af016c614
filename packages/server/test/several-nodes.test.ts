/** [N] Two nodes on one database and one Redis are as one, with Redis there, away and back. */
import type { Socket } from "socket.io-client";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemTimers } from "../src/timers.ts";
import { type HoldingWire, startHoldingWire } from "./setup/holding-wire.ts";
import { ask, listenTo, once } from "./setup/listening.ts";
import { askAs, logOut, register } from "./setup/own-devices.ts";
import type { RestReply } from "./setup/rest-client.ts";
import { codeOf, makeDirect, makeGroup, say } from "./setup/talk.ts";
import { startTestRedis, type TestRedis } from "./setup/test-redis.ts";
import { type Person, startTestServer, type TestServer } from "./setup/test-server.ts";

let redis: TestRedis;
let wire: HoldingWire;
let here: TestServer;
let there: TestServer;
let ada: Person;
let bob: Person;
let count = 0;

beforeAll(async () => {
  redis = await startTestRedis();
  here = await startTestServer({ redisUrl: redis.url });
  wire = await startHoldingWire(redis.url);
  there = await startTestServer({ redisUrl: wire.url, databaseUrl: here.databaseUrl });
});
afterAll(async () => {
  await there?.close();
  await here?.close();
  wire?.close();
  await redis?.close();
});
// People of each test's own.
beforeEach(async () => {
  count += 1;
  [ada, bob] = await Promise.all([here.person(`ada${count}`), here.person(`bob${count}`)]);
});

/** A person, by their other node. */
function at(server: TestServer, person: Person): Person {
  return { ...person, rest: server.rest(person.token) };
}

const contents = (listener: ReturnType<typeof listenTo>) => listener.of("message:receive").map((m) => m.content);

function untilClosed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("disconnect", () => resolve()));
}

describe("with Redis there", () => {
  it("what is said on one node is heard on the other: by the members, and on the sender's other devices", async () => {
    const room = await makeGroup(ada, [bob.id]);
    const stranger = await here.person(`eve${count}`);
    const peer = listenTo(await there.socket(bob));
    const own = listenTo(await there.socket(ada));
    const other = listenTo(await there.socket(stranger));
    const words = ["one", "two", "three"];
    for (const word of words) await say(ada, room, word);
    for (const listener of [peer, own]) await expect.poll(() => contents(listener)).toEqual(words);
    await other.settle();
    expect(other.heard).toEqual([]);
  });

  it("who is let in through one node hears on the other what comes after, and syncs for what came meanwhile", async () => {
    const room = await makeGroup(ada);
    const listener = listenTo(await there.socket(bob));
    await ada.rest.post(`/rooms/${room}/members`, { user_id: bob.id });
    await expect.poll(() => listener.of("room:created").map((r) => r.room_id)).toEqual([room]);
    await expect.poll(() => listener.of("sync:required")).toEqual([{ room_id: room, reason: "missed_events" }]);
    await say(ada, room, "welcome");
    await expect.poll(() => contents(listener)).toContain("welcome");
  });

  const endings: [string, (room: string) => Promise<RestReply>][] = [
    ["by removal", (room) => ada.rest.delete(`/rooms/${room}/members/${bob.id}`)],
    ["by leaving", (room) => bob.rest.post(`/rooms/${room}/leave`)],
  ];
  it.each(endings)(
    "[G9] a membership ends %s once the other node knows, and nothing is heard there after",
    async (_, end) => {
      const carl = await here.person(`carl${count}`);
      const room = await makeGroup(ada, [bob.id, carl.id]);
      const listener = listenTo(await there.socket(bob));
      wire.hold();
      const ending = end(room);
      let hasEnded = false;
      const ended = ending.then(() => {
        hasEnded = true;
      });
      // As long as some thirty other requests take, and less than the half second that a node is waited for.
      for (let question = 0; question < 30; question += 1) await listener.settle();
      expect(hasEnded).toBe(false);
      wire.release();
      await ended;
      expect(codeOf(await ending)).toBe("ok");
      await Promise.all([say(at(there, carl), room, "now that we are alone"), say(ada, room, "are we?")]);
      await expect
        .poll(() => listener.heard.map(({ event }) => event))
        .toContainEqual(expect.stringMatching(/^group:/));
      await listener.settle();
      expect(contents(listener)).toEqual([]);
    },
  );

  it("[V5] a device that is logged out through one node is closed on the other, and its token refused there", async () => {
    await register(ada, "phone");
    const phone = await there.socket(ada, { deviceId: "phone" });
    const closed = untilClosed(phone);
    const told = once(phone, "device:logged-out");
    // What the other node remembers must not outlive it.
    expect(await askAs(at(there, ada), "phone")).toBe("ok");
    await logOut(ada, "phone");
    expect(await told).toEqual({ device_id: "phone" });
    await closed;
    expect(await askAs(at(there, ada), "phone")).toBe("unauthenticated");
  });

  it("[G11] a user's sockets are counted over all nodes", async () => {
    const few = await startTestServer({ redisUrl: redis.url, databaseUrl: here.databaseUrl, maxDevicesOnline: 2 });
    const sockets = [await here.socket(ada), await few.socket(ada)];
    await expect
      .poll(() =>
        few.socket(ada).then(
          () => "let in",
          (error) => error.data.code,
        ),
      )
      .toBe("rate_limited");
    sockets[0]?.disconnect();
    await expect
      .poll(() =>
        few.socket(ada).then(
          () => "let in",
          (error) => error.data.code,
        ),
      )
      .toBe("let in");
    await few.close();
  });

  it("[P2] presence and typing cross", async () => {
    const room = await makeDirect(ada, bob.id);
    const watcher = await there.socket(ada);
    const listener = listenTo(watcher);
    await ask(watcher, "presence:subscribe", { user_ids: [bob.id] });
    const socket = await here.socket(bob);
    await expect.poll(() => listener.of("user:presence_update").map((p) => p.is_online)).toEqual([true]);
    await ask(socket, "user:typing", { room_id: room });
    await expect.poll(() => listener.of("user:typing").map((t) => t.user_id)).toEqual([bob.id]);
  });
});

describe("with Redis away", () => {
  it("[G1] what is sent commits and is heard on its own node; others are told to sync when it returns", async () => {
    const room = await makeGroup(ada, [bob.id]);
    const near = listenTo(await here.socket(bob));
    const far = listenTo(await there.socket(bob));
    await redis.stop();
    await say(ada, room, "into the dark");
    await expect.poll(() => contents(near)).toEqual(["into the dark"]);
    // Who connects meanwhile is let in.
    const late = listenTo(await there.socket(ada));
    await redis.restart();
    const gap = { reason: "missed_events" };
    for (const listener of [near, far, late]) {
      await expect.poll(() => listener.of("sync:required"), { timeout: 5_000 }).toContainEqual(gap);
    }
    await say(ada, room, "and back");
    for (const listener of [far, late]) await expect.poll(() => contents(listener)).toEqual(["and back"]);
  });

  it("[G9][V5] who was removed, and what was logged out, meanwhile on another node is found when it returns", async () => {
    await register(bob, "phone");
    const phone = await there.socket(bob, { deviceId: "phone" });
    const closed = untilClosed(phone);
    const eve = await here.person(`eve${count}`);
    const group = await makeGroup(ada, [eve.id]);
    const listener = listenTo(await there.socket(eve));
    await redis.stop();
    await logOut(bob, "phone");
    await ada.rest.delete(`/rooms/${group}/members/${eve.id}`);
    await redis.restart();
    await closed;
    await expect.poll(() => listener.of("sync:required"), { timeout: 5_000 }).not.toEqual([]);
    await say(at(there, ada), group, "without eve");
    await listener.settle();
    expect(contents(listener)).toEqual([]);
  });

  it("[N4] and is found before that, by looking", async () => {
    // Ten of its seconds are half of one.
    const timers = { after: (seconds: number, act: () => void) => systemTimers.after(seconds / 20, act) };
    const quick = await startTestServer({ redisUrl: redis.url, databaseUrl: here.databaseUrl, timers });
    await register(bob, "phone");
    const closed = untilClosed(await quick.socket(bob, { deviceId: "phone" }));
    const eve = await here.person(`eve${count}`);
    const group = await makeGroup(ada, [eve.id]);
    const listener = listenTo(await quick.socket(eve));
    await redis.stop();
    await ada.rest.delete(`/rooms/${group}/members/${eve.id}`);
    await logOut(bob, "phone");
    await closed;
    await listener.settle();
    await say(at(quick, ada), group, "without eve");
    await listener.settle();
    expect(contents(listener)).toEqual([]);
    await redis.restart();
    await quick.close();
  });

  it("a Redis that hangs holds nothing up", async () => {
    const room = await makeGroup(ada, [bob.id]);
    const near = listenTo(await there.socket(bob));
    const far = listenTo(await here.socket(bob));
    redis.pause();
    const began = performance.now();
    await say(at(there, ada), room, "no matter");
    await expect.poll(() => contents(near)).toEqual(["no matter"]);
    await here.socket(ada);
    await ada.rest.delete(`/rooms/${room}/members/${bob.id}`);
    expect(performance.now() - began).toBeLessThan(5_000);
    redis.resume();
    // Redis hands on what it was given before, unless a node has given it up meanwhile.
    const isHealed = () => [...contents(far), ...far.of("sync:required").map(({ reason }) => reason)];
    await expect.poll(isHealed, { timeout: 8_000 }).not.toEqual([]);
  });
});
