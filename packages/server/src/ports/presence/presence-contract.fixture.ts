/** What every adapter of the port `Presence` must do (presence.ts). */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { UserKey } from "../audiences/audiences.ts";
import type { Connection, Presence } from "./presence.ts";

/** Two nodes of one system; an adapter that has but one gives it twice. */
export type PresenceUnderTest = {
  here: Presence;
  there: Presence;
  now(): Date;
  /** Lets so many seconds pass, on all nodes. */
  pass(seconds: number): Promise<void>;
  close(): Promise<void>;
};

type Told = [userId: string, isOnline: boolean, at: string];
type Running = PresenceUnderTest & {
  told: Told[];
  /** What was told of users but `marker`, once all has come that was to be told by now. */
  hears(): Promise<Told[]>;
};

/**
 * Runs the contract on an adapter, which is started anew for each rule.
 * @param kill ends a node as SIGKILL would, where the other one lives on
 */
export function describePresence(
  name: string,
  start: () => Promise<PresenceUnderTest>,
  kill?: (node: Presence) => Promise<void>,
): void {
  describe(`presence of ${name}`, () => {
    let running: Running;
    beforeEach(async () => {
      running = listen(await start());
    });
    afterEach(() => running.close());
    for (const [title, check] of Object.entries(rules)) it(title, () => check(running));
    if (kill) it("[G10] of a node that died, nothing counts after 60 s", () => checkDeath(running, kill));
  });
}

function listen(adapter: PresenceUnderTest): Running {
  const told: Told[] = [];
  for (const node of new Set([adapter.here, adapter.there])) {
    node.watch(({ user, isOnline, at }) => told.push([`${user.tenantId}/${user.userId}`, isOnline, at.toISOString()]));
  }
  let calls = 0;
  return {
    ...adapter,
    told,
    async hears() {
      // Changes of a node come in order: one that was brought about now comes after all that were before.
      calls += 1;
      const names = [`here-${calls}`, `there-${calls}`];
      await adapter.here.enter(socketOf(`marker/${names[0]}`, "m"));
      await adapter.there.enter(socketOf(`marker/${names[1]}`, "m"));
      await expect.poll(() => names.filter((name) => told.some(([user]) => user === `marker/${name}`))).toEqual(names);
      return told.filter(([user]) => !user.startsWith("marker/"));
    },
  };
}

const ada: UserKey = { tenantId: "t", userId: "ada" };

function socketOf(user: string, socketId: string, deviceId?: string): Connection {
  const [tenantId = "", userId = ""] = user.split("/");
  return { tenantId, userId, socketId, deviceId };
}

const phone = socketOf("t/ada", "s1", "phone");
const laptop = socketOf("t/ada", "s2", "laptop");
const everyone = ["ada", "bob", "carl"];

const rules: Record<string, (running: Running) => Promise<void>> = {
  "[P1] a user is online from their first socket on, wherever it is asked": async ({ here, there, now, hears }) => {
    expect(await there.findOnline("t", everyone)).toEqual(new Set());
    await here.enter(phone);
    expect(await here.findOnline("t", everyone)).toEqual(new Set(["ada"]));
    expect(await there.findOnline("t", everyone)).toEqual(new Set(["ada"]));
    expect(await hears()).toEqual([["t/ada", true, now().toISOString()]]);
  },

  "[P1] a second socket, on whatever node, and the going of one of two, are no change": async (running) => {
    const { here, there, pass, hears } = running;
    await here.enter(phone);
    await there.enter(laptop);
    await here.leave(phone);
    await pass(60);
    expect(await here.findOnline("t", everyone)).toEqual(new Set(["ada"]));
    expect((await hears()).map(([, isOnline]) => isOnline)).toEqual([true]);
  },

  "[P1] offline once without a socket for the grace, as of the end of the last one": async (running) => {
    const { here, there, now, pass, hears } = running;
    await here.enter(phone);
    await there.enter(laptop);
    await here.leave(phone);
    await pass(3);
    await there.leave(laptop);
    const wentAt = now().toISOString();
    await pass(14);
    expect(await there.findOnline("t", everyone)).toEqual(new Set(["ada"]));
    expect(await hears()).toHaveLength(1);
    await pass(2);
    expect(await here.findOnline("t", everyone)).toEqual(new Set());
    expect(await hears()).toEqual([expect.anything(), ["t/ada", false, wentAt]]);
  },

  "[P1] a reconnect within the grace shows nothing, on another node either; a new grace begins with its end": async (
    running,
  ) => {
    const { here, there, pass, hears } = running;
    await here.enter(phone);
    await here.leave(phone);
    await pass(14);
    await there.enter(laptop);
    await pass(60);
    await there.leave(laptop);
    await pass(14);
    expect(await here.findOnline("t", everyone)).toEqual(new Set(["ada"]));
    expect(await hears()).toHaveLength(1);
    await pass(2);
    expect((await hears()).map(([, isOnline]) => isOnline)).toEqual([true, false]);
  },

  "[P1] who comes back after the grace comes anew": async ({ here, there, pass, hears }) => {
    for (const node of [here, there, here]) {
      await node.enter(phone);
      await node.leave(phone);
      await pass(16);
    }
    expect((await hears()).map(([, isOnline]) => isOnline)).toEqual([true, false, true, false, true, false]);
  },

  "what is told of a socket counts once": async ({ here, pass, hears }) => {
    await here.enter(phone);
    await here.setFocus(phone, false);
    await here.enter(phone);
    expect(await here.findFocused(ada)).toEqual(new Set());
    await here.leave(phone);
    await pass(10);
    await here.leave(phone);
    await pass(6);
    expect(await here.findOnline("t", everyone)).toEqual(new Set());
    expect((await hears()).map(([, isOnline]) => isOnline)).toEqual([true, false]);
  },

  "a socket or user that is unknown is nothing, and no failure": async ({ here, pass, hears }) => {
    await here.leave(phone);
    await here.setFocus(phone, true);
    await pass(60);
    expect(await here.findOnline("t", [])).toEqual(new Set());
    expect(await here.findFocused(ada)).toEqual(new Set());
    await here.enter(laptop);
    await here.setFocus(phone, true);
    expect(await here.findFocused(ada)).toEqual(new Set(["laptop"]));
    expect((await hears()).map(([, isOnline]) => isOnline)).toEqual([true]);
  },

  "[G9] users are apart by tenant and id, whatever these look like": async ({ here, there, hears }) => {
    const names = ["t/ada", "u/ada", "t/Ada", "t/ada2", "t/__proto__", "t/constructor", "t/*"];
    await here.enter(socketOf("t/ada", "s1", "phone"));
    expect(await there.findOnline("u", ["ada"])).toEqual(new Set());
    expect(await there.findFocused({ tenantId: "u", userId: "ada" })).toEqual(new Set());
    expect(await there.findOnline("t", ["Ada", "ada2", "__proto__", "constructor", "*", ""])).toEqual(new Set());
    for (const [index, name] of names.slice(1).entries()) await there.enter(socketOf(name, `o${index}`));
    expect(await here.findOnline("t", ["ada", "Ada", "ada2", "__proto__", "constructor", "*"])).toHaveProperty(
      "size",
      6,
    );
    expect((await hears()).map(([user]) => user).sort()).toEqual([...names].sort());
  },

  "[P8] of the devices with a socket, those in focus are found, and no others": async ({ here, there }) => {
    await here.enter(phone);
    await there.enter(laptop);
    await here.enter(socketOf("t/ada", "s3"));
    await here.enter(socketOf("t/bob", "s4", "tablet"));
    expect(await there.findFocused(ada)).toEqual(new Set(["phone", "laptop"]));
    await there.setFocus(laptop, false);
    expect(await here.findFocused(ada)).toEqual(new Set(["phone"]));
    await there.setFocus(laptop, true);
    await here.leave(phone);
    expect(await here.findFocused(ada)).toEqual(new Set(["laptop"]));
  },

  "[P8] a device with two sockets is in focus while one of them is": async ({ here, there }) => {
    await here.enter(phone);
    await there.enter({ ...phone, socketId: "s9" });
    await here.setFocus(phone, false);
    expect(await here.findFocused(ada)).toEqual(new Set(["phone"]));
    await there.setFocus({ ...phone, socketId: "s9" }, false);
    expect(await here.findFocused(ada)).toEqual(new Set());
  },

  "live sockets of a user are counted, on all nodes": async ({ here, there, pass }) => {
    const mobile = socketOf("t/ada", "s9");
    expect(await here.countSockets(ada)).toBe(0);
    for (const socket of [phone, phone, mobile]) await here.enter(socket);
    await there.enter(laptop);
    await there.enter(socketOf("u/ada", "s3"));
    for (const node of [here, there]) expect(await node.countSockets(ada)).toBe(3);
    await here.setFocus(mobile, false);
    await here.leave(phone);
    for (const node of [here, there]) expect(await node.countSockets(ada)).toBe(2);
    await here.leave(mobile);
    await there.leave(laptop);
    for (const node of [here, there]) expect(await node.countSockets(ada)).toBe(0);
    await pass(60);
    expect(await here.countSockets(ada)).toBe(0);
  },

  "who watches no more hears no more; one listener's fault is not another's": async ({ here, hears }) => {
    const heard: string[] = [];
    here.watch(() => {
      throw new Error("a fault of the listener");
    });
    const end = here.watch(({ user }) => heard.push(`${user.tenantId}/${user.userId}`));
    here.watch(({ user }) => heard.push(`${user.tenantId}/${user.userId} too`));
    await here.enter(phone);
    await hears();
    end();
    await here.enter(socketOf("t/bob", "s4"));
    await hears();
    expect(heard.filter((name) => !name.startsWith("marker/"))).toEqual(["t/ada", "t/ada too", "t/bob too"]);
  },

  "a hundred that come and go at once end as offline, each told twice": async ({ here, there, pass, hears }) => {
    const names = Array.from({ length: 100 }, (_, n) => `t/u${n}`);
    const nodes = [here, there];
    await Promise.all(names.flatMap((name) => nodes.map((node, n) => node.enter(socketOf(name, `${name}-${n}`)))));
    await Promise.all(names.flatMap((name) => nodes.map((node, n) => node.leave(socketOf(name, `${name}-${n}`)))));
    await pass(16);
    const told = await hears();
    for (const name of names) {
      expect(
        told.flatMap(([user, isOnline]) => (user === name ? isOnline : [])),
        name,
      ).toEqual([true, false]);
    }
  },

  "a node that is closed has no sockets, and tells nothing more": async ({ here, told, pass }) => {
    await here.enter(phone);
    await here.leave(phone);
    await here.close();
    const before = told.length;
    await here.enter(laptop);
    await here.leave(phone);
    await pass(60);
    expect(told.slice(before).filter(([, isOnline]) => isOnline)).toEqual([]);
  },
};

async function checkDeath({ here, there, told, pass }: Running, kill: (node: Presence) => Promise<void>) {
  await here.enter(phone);
  await there.enter(socketOf("t/bob", "s4"));
  await kill(here);
  await pass(60);
  expect(await there.findOnline("t", everyone)).toEqual(new Set(["bob"]));
  await expect.poll(() => told.filter(([user, isOnline]) => user === "t/ada" && !isOnline)).toHaveLength(1);
}
