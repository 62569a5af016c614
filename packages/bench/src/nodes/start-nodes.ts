/** Two servers on one database, with a Redis between them, and a load generator for each. */
import { join } from "node:path";
import { type RedisProcess, startRedis } from "../chaos/redis-process.ts";
import { findFreePort } from "../processes/free-port.ts";
import { type LoadGenerator, startLoadGenerator } from "../processes/load-generator.ts";
import { type PipitServer, startPipit } from "../processes/pipit-server.ts";
import type { Scope } from "../processes/scope.ts";
import { type Site, startSite } from "../processes/start-stage.ts";
import { makeTempFolder } from "../processes/temp-folder.ts";

export type Nodes = {
  /** Has brought the database. */
  first: Site;
  second: PipitServer;
  redis: RedisProcess | undefined;
  generators: readonly [LoadGenerator, LoadGenerator];
};

export async function startNodes(scope: Scope): Promise<Nodes> {
  const redis = await startRedis(scope);
  const settings = { REDIS_URL: `redis://127.0.0.1:${redis.port}` };
  const first = await startSite(scope, settings);
  return { ...(await joinSite(scope, first, await startLoadGenerator(scope), settings)), redis };
}

/** Another node, and another generator, beside what runs already. */
export async function joinSite(
  scope: Scope,
  first: Site,
  generator: LoadGenerator,
  settings: Record<string, string> = {},
): Promise<Nodes> {
  const dataDir = join(await makeTempFolder(scope), "second");
  const { databaseUrl } = first;
  const second = await startPipit(scope, { port: await findFreePort(), dataDir, databaseUrl, settings });
  return { first, second, redis: undefined, generators: [generator, await startLoadGenerator(scope)] };
}
