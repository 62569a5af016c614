/** What makes several nodes one: over Redis if there is one, in this process otherwise. */
import { randomBytes } from "node:crypto";
import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { Bus } from "./ports/bus/bus.ts";
import { noBus } from "./ports/bus/no-bus.ts";
import { createRedisBus } from "./ports/bus/redis-bus.ts";
import type { Limits } from "./ports/limits/limits.ts";
import { createMemoryLimits } from "./ports/limits/memory-limits.ts";
import { ratesOf } from "./ports/limits/rates-of.ts";
import { createRedisLimits } from "./ports/limits/redis-limits.ts";
import type { Presence } from "./ports/presence/presence.ts";
import { createRedisPresence } from "./ports/presence/redis-presence.ts";
import { connectRedis } from "./ports/redis/connect-redis.ts";
import { systemTimers, type Timers } from "./timers.ts";

export type Cluster = {
  bus: Bus;
  limits: Limits;
  /** Undefined where there is one process only, which counts its own sockets. */
  presence: Presence | undefined;
  close(): Promise<void>;
};

type ClusterParts = { log: Log; clock: Clock; metrics: Metrics; timers?: Timers | undefined };

/** Nothing waits for Redis: a node starts, and goes on, without it. */
export function createCluster(config: Config, { log, clock, metrics, timers = systemTimers }: ClusterParts): Cluster {
  const rates = ratesOf(config);
  const url = config.redisUrl;
  if (url === undefined) {
    return { bus: noBus, limits: createMemoryLimits(rates), presence: undefined, close: async () => {} };
  }
  const nodeId = randomBytes(6).toString("base64url");
  const bus = createRedisBus({ url, nodeId, timers, log, observe: metrics.observeHint });
  metrics.watchBus(() => bus.isThere());
  const redis = connectRedis(url, { log, name: "state" });
  const onError = (error: unknown): void => log.warn({ err: error }, "presence is behind; it will be tried again");
  const onLimitsError = (error: unknown): void => log.warn({ err: error }, "limits are counted by this node alone");
  return {
    bus,
    limits: createRedisLimits(redis, rates, onLimitsError),
    presence: createRedisPresence({ redis, clock, timers, nodeId, onError }),
    async close() {
      await bus.close();
      redis.disconnect();
    },
  };
}
