/** Two nodes of one system on a real Redis, with a clock of the test's. */
import type { Redis } from "ioredis";
import { createFakeClock } from "../../../test/setup/fake-clock.ts";
import type { TestRedis } from "../../../test/setup/test-redis.ts";
import { createWatchedLog } from "../../../test/setup/watched-log.ts";
import { connectRedis } from "../redis/connect-redis.ts";
import type { Presence } from "./presence.ts";
import type { PresenceUnderTest } from "./presence-contract.fixture.ts";
import { createRedisPresence } from "./redis-presence.ts";

type Node = { presence: Presence; redis: Redis; isDead: boolean; isCut: boolean };

export type RedisNodes = PresenceUnderTest & {
  /** What the nodes' presences had to say of failures. */
  errors: unknown[];
  warnings(): string[];
  kill(node: Presence): Promise<void>;
  /** Cuts a node off from Redis, or lets it come back. */
  cut(node: Presence): Promise<void>;
  mend(node: Presence): Promise<void>;
  /** Empties Redis, as a restart does, while these are cut off from it. */
  lose(cut: ReadonlySet<Presence>): Promise<void>;
  /** Waits until the nodes that aren't cut off are connected, and have said what they know. */
  heal(): Promise<void>;
  /** Whether the nodes hold Redis to be gone. */
  areAway(): boolean;
  /** Waits until all that the nodes have begun with Redis is done. */
  settle(): Promise<void>;
};

export async function startRedisNodes(server: TestRedis, patienceMs = 1_000): Promise<RedisNodes> {
  const clock = createFakeClock();
  const log = createWatchedLog();
  const errors: unknown[] = [];
  const nodes: Node[] = [];
  const admin = connectRedis(server.url, { log: createWatchedLog(), name: "admin" });
  await untilReady(admin);
  await admin.flushall();
  for (const name of ["here", "there"]) nodes.push(await startNode(name));
  const nodeOf = (presence: Presence): Node => {
    const found = nodes.find((node) => node.presence === presence);
    if (!found) throw new Error("is no node of these");
    return found;
  };

  async function startNode(name: string): Promise<Node> {
    const redis = connectRedis(server.url, { log, name, patienceMs });
    await untilReady(redis);
    // Of a node that was killed, no timer goes off any more.
    const after = (seconds: number, act: () => void) => clock.after(seconds, () => (node.isDead ? undefined : act()));
    const onError = (error: unknown): number => errors.push(error);
    const presence = createRedisPresence({ redis, clock, timers: { after }, nodeId: name, onError });
    const node: Node = { presence, redis, isDead: false, isCut: false };
    return node;
  }

  // Each answer may lead to another call.
  async function settle(): Promise<void> {
    for (let round = 0; round < 4; round += 1) {
      const there = nodes.filter(({ redis }) => redis.status === "ready");
      await Promise.allSettled(there.map(({ redis }) => redis.ping()));
      await new Promise(setImmediate);
    }
  }

  const [here, there] = nodes.map(({ presence }) => presence);
  if (!here || !there) throw new Error("there are no nodes");
  await settle();
  return {
    here,
    there,
    errors,
    now: clock.now,
    warnings: log.warnings,
    settle,
    areAway: () => nodes.every(({ redis }) => redis.status !== "ready"),
    async pass(seconds) {
      for (let passed = 0; passed < seconds; passed += 1) {
        clock.pass(Math.min(1, seconds - passed));
        await settle();
      }
    },
    async kill(presence) {
      const node = nodeOf(presence);
      node.isDead = true;
      await end(node.redis);
    },
    async cut(presence) {
      const node = nodeOf(presence);
      node.isCut = true;
      await end(node.redis);
    },
    async mend(presence) {
      const node = nodeOf(presence);
      node.isCut = false;
      await node.redis.connect();
      await settle();
    },
    async lose(cut) {
      const others = nodes.filter(({ presence }) => !cut.has(presence));
      await Promise.all(others.map(({ redis }) => end(redis)));
      await admin.flushall();
      await Promise.all(others.map(({ redis }) => redis.connect()));
      await settle();
    },
    async heal() {
      await Promise.all(nodes.filter(({ isCut, isDead }) => !isCut && !isDead).map(({ redis }) => untilReady(redis)));
      await settle();
    },
    async close() {
      await Promise.all(nodes.filter(({ isDead }) => !isDead).map(({ presence }) => presence.close()));
      for (const redis of [admin, ...nodes.map((node) => node.redis)]) redis.disconnect();
    },
  };
}

async function end(redis: Redis): Promise<void> {
  const hasEnded = new Promise((resolve) => redis.once("end", resolve));
  redis.disconnect();
  await hasEnded;
}

/** @returns once it is connected, anew if it was */
export function untilReady(redis: Redis): Promise<void> {
  if (redis.status === "ready") return Promise.resolve();
  return new Promise((resolve) => {
    redis.once("ready", () => resolve());
  });
}
