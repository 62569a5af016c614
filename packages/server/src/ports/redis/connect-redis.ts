/** A connection to Redis that fails soon, waits for nothing, and comes back by itself. */
import { Redis } from "ioredis";
import type { Log } from "../../log.ts";

export type RedisParts = { log: Log };
type Parts = RedisParts & { name: string; patienceMs?: number };

const longestWaitMs = 1_000;

/**
 * @param url `redis://` or `rediss://`
 * @param parts `name` says in the log, and in Redis' list of clients, what the connection is for; `patienceMs` is how long
 *   a call may take, a second unless it says otherwise
 * @returns a client whose calls reject at once while Redis is away, and after that time where it does not answer. It
 *   connects again by itself, subscribes to nothing by itself, and has no error event that nobody handles. An outage is
 *   logged once, and so is its end.
 */
export function connectRedis(url: string, parts: Parts): Redis {
  const { patienceMs = 1_000 } = parts;
  const redis = new Redis(url, {
    connectionName: `pipit-${parts.name}`,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    commandTimeout: patienceMs,
    // With commands unanswered for so long, Redis is held to be gone: a host that was cut off never says so.
    socketTimeout: 2 * patienceMs,
    connectTimeout: 2 * patienceMs,
    disconnectTimeout: patienceMs,
    keepAlive: 10_000,
    retryStrategy: waitBefore,
    // A replica that was the primary until now refuses writes: the name leads to another one by then.
    reconnectOnError: (error) => error.message.startsWith("READONLY"),
  });
  logOutages(redis, parts);
  return redis;
}

// With jitter, so that many nodes do not all come at once.
function waitBefore(attempt: number): number {
  const most = Math.min(longestWaitMs, 50 * 2 ** Math.min(attempt, 10));
  return Math.ceil(most * (0.5 + Math.random() / 2));
}

function logOutages(redis: Redis, { log, name }: Parts): void {
  let isAway = false;
  const noteAway = (error?: unknown): void => {
    if (isAway) return;
    isAway = true;
    log.warn({ err: error, connection: name }, "redis is away");
  };
  redis.on("error", noteAway);
  redis.on("reconnecting", () => noteAway());
  redis.on("ready", () => {
    if (isAway) log.info({ connection: name }, "redis is back");
    isAway = false;
  });
}
