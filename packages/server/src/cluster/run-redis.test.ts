/** The Redis of a cluster's own. */
import { once } from "node:events";
import { connect } from "node:net";
import { Redis } from "ioredis";
import { expect, test } from "vitest";
import { createWatchedLog } from "../../test/setup/watched-log.ts";
import { findRedis } from "./find-redis.ts";
import { runRedis } from "./run-redis.ts";

test("a redis-server of version 7 or newer is found", async () => {
  expect(await findRedis()).toMatch(/\/redis-server$/);
});

test("it asks for its password, keeps nothing on disk, comes back when it dies, and ends when it is told to", async () => {
  const log = createWatchedLog();
  const running = await runRedis(log);
  const { port } = new URL(running.url);
  const stranger = connect(Number(port), "127.0.0.1");
  stranger.write("PING\r\n");
  const [answer] = await once(stranger, "data");
  expect(String(answer)).toMatch(/^-NOAUTH/);
  stranger.destroy();
  const redis = new Redis(running.url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
  redis.on("error", () => {});
  expect(await redis.config("GET", "save")).toEqual(["save", ""]);
  expect(await redis.config("GET", "appendonly")).toEqual(["appendonly", "no"]);
  const pid = Number(/process_id:(\d+)/.exec(await redis.info("server"))?.[1]);
  process.kill(pid, "SIGKILL");
  await new Promise<void>((resolve) => redis.once("ready", resolve));
  expect(await redis.ping()).toBe("PONG");
  expect(log.faults()).toHaveLength(1);
  redis.disconnect();
  await running.stop();
  const refused = connect(Number(port), "127.0.0.1");
  await expect(once(refused, "connect")).rejects.toMatchObject({ code: "ECONNREFUSED" });
});
