/** Two nodes of one system on a real Redis, with a clock of the test's. */
import type { Redis } from "ioredis";
import { createFakeClock } from "../../../test/setup/fake-clock.ts";
import type { TestRedis } from "../../../test/setup/test-redis.ts";
import { createWatchedLog } from "../../../test/setup/watched-log.ts";
import { connectRedis } from "../redis/connect-redis.ts";
import type { Presence } from "./presence.ts";
import { createRedisPresence } from "./redis-presence.ts";

type Node = { presence: Presence; redis: Redis; isDead: boolean; isCut: boolean };

/** @param patienceMs how long the nodes wait for an answer of Redis */
export async function startRedisNodes(server: TestRedis, patienceMs?: number): Promise<RedisNodes> {
  const admin = connectRedis(server.url, { log: createWatchedLog(), name: "admin" });
  await untilReady(admin);
  await admin.flushall();
  const nodes = new RedisNodes(server.url, admin, patienceMs);
  await nodes.heal();
  return nodes;
}

export class RedisNodes {
  /** What the nodes' presences had to say of failures. */
  readonly errors: unknown[] = [];
  readonly log = createWatchedLog();
  readonly #clock = createFakeClock();
  readonly #admin: Redis;
  readonly #nodes = new Map<Presence, Node>();
  readonly here: Presence;
  readonly there: Presence;

  constructor(url: string, admin: Redis, patienceMs?: number) {
    this.#admin = admin;
    [this.here, this.there] = [this.#start(url, "here", patienceMs), this.#start(url, "there", patienceMs)];
  }

  now(): Date {
    return this.#clock.now();
  }

  async pass(seconds: number): Promise<void> {
    for (let passed = 0; passed < seconds; passed += 1) {
      this.#clock.pass(Math.min(1, seconds - passed));
      await this.settle();
    }
  }

  /** Ends a node, as SIGKILL does. */
  async kill(presence: Presence): Promise<void> {
    const node = this.#nodeOf(presence);
    node.isDead = true;
    await end(node.redis);
  }

  /** Cuts a node off from Redis. */
  async cut(presence: Presence): Promise<void> {
    const node = this.#nodeOf(presence);
    node.isCut = true;
    await end(node.redis);
  }

  async mend(presence: Presence): Promise<void> {
    const node = this.#nodeOf(presence);
    node.isCut = false;
    await node.redis.connect();
    await this.settle();
  }

  /** Empties Redis, as a restart does: nobody is connected meanwhile. */
  async lose(): Promise<void> {
    const connected = this.#connected();
    await Promise.all(connected.map(({ redis }) => end(redis)));
    await this.#admin.flushall();
    await Promise.all(connected.map(({ redis }) => redis.connect()));
    await this.settle();
  }

  /** Waits until the nodes that aren't cut off are connected, and have said what they know. */
  async heal(): Promise<void> {
    await Promise.all(this.#connected().map(({ redis }) => untilReady(redis)));
    await this.settle();
  }

  /** Whether the nodes hold Redis to be gone. */
  areAway(): boolean {
    return this.#connected().every(({ redis }) => redis.status !== "ready");
  }

  /** Waits until all that the nodes have begun with Redis is done: each answer may lead to another call. */
  async settle(): Promise<void> {
    for (let round = 0; round < 4; round += 1) {
      const ready = this.#connected().filter(({ redis }) => redis.status === "ready");
      await Promise.allSettled(ready.map(({ redis }) => redis.ping()));
      await new Promise(setImmediate);
    }
  }

  async close(): Promise<void> {
    const nodes = [...this.#nodes.values()];
    await Promise.all(nodes.filter(({ isDead }) => !isDead).map(({ presence }) => presence.close()));
    for (const redis of [this.#admin, ...nodes.map((node) => node.redis)]) redis.disconnect();
  }

  #start(url: string, name: string, patienceMs?: number): Presence {
    const redis = connectRedis(url, { log: this.log, name, ...(patienceMs && { patienceMs }) });
    // Of a node that was killed, no timer goes off any more.
    const after = (seconds: number, act: () => void): (() => void) =>
      this.#clock.after(seconds, () => {
        if (!this.#nodeOf(presence).isDead) act();
      });
    const onError = (error: unknown): number => this.errors.push(error);
    const presence = createRedisPresence({ redis, clock: this.#clock, timers: { after }, nodeId: name, onError });
    this.#nodes.set(presence, { presence, redis, isDead: false, isCut: false });
    return presence;
  }

  #connected(): Node[] {
    return [...this.#nodes.values()].filter(({ isCut, isDead }) => !isCut && !isDead);
  }

  #nodeOf(presence: Presence): Node {
    const node = this.#nodes.get(presence);
    if (!node) throw new Error("is no node of these");
    return node;
  }
}

async function end(redis: Redis): Promise<void> {
  const hasEnded = new Promise((resolve) => redis.once("end", resolve));
  redis.disconnect();
  await hasEnded;
}

function untilReady(redis: Redis): Promise<void> {
  if (redis.status === "ready") return Promise.resolve();
  return new Promise((resolve) => {
    redis.once("ready", () => resolve());
  });
}
