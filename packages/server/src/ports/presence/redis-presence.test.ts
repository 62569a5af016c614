/** Presence of several nodes by Redis keeps the port's contract, and heals. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startTestRedis, type TestRedis } from "../../../test/setup/test-redis.ts";
import type { Connection, Presence } from "./presence.ts";
import { describePresence, type PresenceUnderTest } from "./presence-contract.fixture.ts";
import { playStory } from "./presence-story.fixture.ts";
import { type RedisNodes, startRedisNodes } from "./redis-nodes.fixture.ts";

let server: TestRedis;
let nodes: RedisNodes;
beforeAll(async () => {
  server = await startTestRedis();
});
afterAll(() => server.close());

async function start(): Promise<RedisNodes> {
  nodes = await startRedisNodes(server);
  return nodes;
}

async function startForContract(): Promise<PresenceUnderTest> {
  const { here, there } = await start();
  const pass = (seconds: number): Promise<void> => nodes.pass(seconds);
  return { here, there, pass, now: () => nodes.now(), close: () => nodes.close() };
}

describePresence("two nodes on one Redis", startForContract, (node) => nodes.kill(node));

const socketOf = (userId: string, socketId = "s"): Connection => ({
  tenantId: "t",
  userId,
  socketId,
  deviceId: `${userId}-${socketId}`,
});
const everyone = ["ada", "bob", "carl", "dora", "eve"];

describe("[G10] presence by a Redis that goes away", () => {
  let here: Presence;
  let there: Presence;
  let told: string[];
  const listen = (): void => {
    ({ here, there } = nodes);
    told = [];
    for (const node of [here, there]) node.watch(({ user, isOnline }) => told.push(`${user.userId} ${isOnline}`));
  };
  const online = async (node: Presence): Promise<string[]> => [...(await node.findOnline("t", everyone))].sort();
  const bothKnow = async (...users: string[]): Promise<void> => {
    for (const node of [here, there]) expect(await online(node)).toEqual(users);
  };
  beforeEach(async () => {
    await start();
    listen();
  });
  afterEach(() => nodes.close());

  it("goes on with what each node knows itself, and is whole again after a restart that lost all", async () => {
    await here.enter(socketOf("ada"));
    await there.enter(socketOf("ada", "s2"));
    for (const user of ["bob", "carl", "dora"]) await here.enter(socketOf(user));
    await here.leave(socketOf("carl"));
    const before = told.length;
    await server.stop();
    await here.leave(socketOf("dora"));
    await there.enter(socketOf("eve"));
    await here.setFocus(socketOf("bob"), false);
    expect(await online(here)).toEqual(["ada", "bob", "carl", "dora"]);
    expect(await online(there)).toEqual(["ada", "eve"]);
    expect(await here.findFocused({ tenantId: "t", userId: "ada" })).toEqual(new Set(["ada-s"]));
    expect(await here.countSockets({ tenantId: "t", userId: "ada" })).toBe(1);
    await server.restart();
    await nodes.heal();
    await bothKnow("ada", "bob", "carl", "dora", "eve");
    expect(await there.findFocused({ tenantId: "t", userId: "bob" })).toEqual(new Set());
    expect(await there.countSockets({ tenantId: "t", userId: "ada" })).toBe(2);
    await nodes.pass(60);
    await bothKnow("ada", "bob", "eve");
    expect(told.slice(before).sort()).toEqual(["carl false", "dora false", "eve true"]);
    // Once, however many calls failed.
    expect(nodes.log.warnings().filter((line) => line.startsWith("redis is away"))).toHaveLength(2);
  });

  it("of a node that is cut off, tells that its users went, and that they came once it is back", async () => {
    await here.enter(socketOf("ada"));
    await there.enter(socketOf("bob"));
    await nodes.cut(here);
    await nodes.pass(60);
    expect(await online(there)).toEqual(["bob"]);
    expect(await online(here)).toEqual(["ada"]);
    await nodes.mend(here);
    await bothKnow("ada", "bob");
    expect(told).toEqual(["ada true", "bob true", "ada false", "ada true"]);
  });

  it("shows nothing of an outage that was over within the lease, and what happened in it as it is now", async () => {
    for (const user of ["ada", "bob", "carl"]) await here.enter(socketOf(user));
    await nodes.cut(here);
    await here.leave(socketOf("bob"));
    await here.leave(socketOf("carl"));
    await there.enter(socketOf("bob"));
    await nodes.pass(14);
    await nodes.mend(here);
    await bothKnow("ada", "bob", "carl");
    await nodes.pass(10);
    await bothKnow("ada", "bob");
    expect(told).toEqual(["ada true", "bob true", "carl true", "carl false"]);
  });

  it("tells of those who come right after a loss only once no node says that they were there", async () => {
    await there.enter(socketOf("ada"));
    await nodes.cut(there);
    await server.restart();
    await nodes.heal();
    await here.enter(socketOf("ada", "s2"));
    await here.enter(socketOf("eve"));
    expect(await online(here)).toEqual(["ada", "eve"]);
    await nodes.pass(1);
    expect(told).toEqual(["ada true"]);
    await nodes.mend(there);
    await nodes.pass(10);
    expect(told).toEqual(["ada true", "eve true"]);
    await bothKnow("ada", "eve");
  });

  it("never leaves a user with a socket as offline, be its node ever so late after a loss", async () => {
    await here.enter(socketOf("ada"));
    await there.enter(socketOf("ada", "s2"));
    await nodes.cut(there);
    await server.restart();
    await nodes.heal();
    await here.leave(socketOf("ada"));
    await nodes.pass(30);
    await nodes.mend(there);
    await bothKnow("ada");
    expect(told).toEqual(["ada true", "ada false", "ada true"]);
  });
});

describe("[G10] presence by a Redis that is silent", () => {
  it("waits for no answer longer than the patience, and tells once what was taken before the silence ended", async () => {
    nodes = await startRedisNodes(server, 200);
    const { here, there } = nodes;
    const told: string[] = [];
    for (const node of [here, there]) node.watch(({ user, isOnline }) => told.push(`${user.userId} ${isOnline}`));
    await there.enter(socketOf("bob"));
    server.pause();
    const from = performance.now();
    await here.enter(socketOf("ada"));
    expect(await here.findOnline("t", everyone)).toEqual(new Set(["ada"]));
    expect(performance.now() - from).toBeLessThan(2_000);
    await there.findOnline("t", everyone);
    await expect.poll(() => nodes.areAway()).toBe(true);
    server.resume();
    await nodes.heal();
    expect(await there.findOnline("t", everyone)).toEqual(new Set(["ada", "bob"]));
    await nodes.pass(60);
    expect(told).toEqual(["bob true", "ada true"]);
    await nodes.close();
  });
});

describe("[G10] presence of two nodes, whatever happens", () => {
  it("is right once all is well again", async () => {
    const seed = Number(process.env.TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
    console.log(`seed ${seed}`);
    for (let round = 0; round < 8; round += 1) {
      nodes = await startRedisNodes(server);
      await playStory(nodes, makeRandom(seed + round), 40);
      await nodes.close();
    }
  });
});

// Mulberry32.
function makeRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
