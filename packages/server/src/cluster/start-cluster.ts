/** Runs several nodes on this machine, with a balancer before them, until it is told to stop. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describeAdminKey } from "../cli/describe-admin-key.ts";
import { listen } from "../cli/listen.ts";
import type { Config } from "../config.ts";
import { describeStore } from "../create-media-parts.ts";
import { createLog, type Log } from "../log.ts";
import { createBalancer } from "./balancer.ts";
import { ClusterNode } from "./cluster-node.ts";
import { createClusterRoutes } from "./cluster-routes.ts";
import { followSignals } from "./follow-signals.ts";
import { nameLog } from "./name-log.ts";
import { openClusterDatabase } from "./open-cluster-database.ts";
import { RollingRestart } from "./rolling-restart.ts";
import { runRedis } from "./run-redis.ts";
import { toNodeConfig } from "./to-node-config.ts";

const startWithinMs = 60_000;
const lingerMs = 1_000;

/** @throws {Error} when a part does not start; nothing is left running then */
export async function startCluster(config: Config, count: number): Promise<void> {
  if (config.demo) throw new Error("The demo is one server by itself: start it without --cluster.");
  const log = nameLog(createLog(config.logLevel), "balancer");
  const nodes: ClusterNode[] = [];
  const restart = new RollingRestart(nodes, log);
  const closers = new AsyncDisposableStack();
  followSignals({ closers, restart, log, drainSeconds: config.drainSeconds, killAll: () => killAll(nodes) });
  try {
    const server = createBalancer({
      nodes,
      log,
      trustsProxy: config.trustProxy,
      answerOwn: createClusterRoutes({ restart, log }),
    });
    // First of all: a second start must not disturb the first one's database.
    await listen(server, config);
    closers.defer(() => closeServer(server));
    const { port } = server.address() as AddressInfo;
    const database = await openClusterDatabase(config, log);
    closers.defer(database.close);
    const redisUrl = config.redisUrl ?? (await ownRedis(closers, log));
    const reached = { databaseUrl: database.url, redisUrl };
    nodes.push(...createNodes(toNodeConfig({ ...config, port }, count, reached), count, log));
    closers.defer(() => Promise.all(nodes.map((node) => node.drain())).then(() => {}));
    closers.defer(() => refuseMore(server, restart));
    for (const node of nodes) node.start();
    await Promise.all(nodes.map((node) => node.waitUntilReady(startWithinMs)));
    process.stdout.write(describe(config, port, count));
  } catch (error) {
    await closers.disposeAsync();
    throw error;
  }
}

async function ownRedis(closers: AsyncDisposableStack, log: Log): Promise<string> {
  const redis = await runRedis(log);
  closers.defer(redis.stop);
  return redis.url;
}

function createNodes(config: Config, count: number, log: Log): ClusterNode[] {
  return Array.from({ length: count }, (_, index) => new ClusterNode(`node-${index + 1}`, config, log));
}

function killAll(nodes: readonly ClusterNode[]): void {
  for (const node of nodes) node.kill();
}

function refuseMore(server: Server, restart: RollingRestart): void {
  restart.stop();
  server.close();
  server.closeIdleConnections();
}

// The nodes are gone, so what is left are clients that do not read or say nothing.
async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  await Promise.race([closed, sleep(lingerMs)]);
  server.closeAllConnections();
}

function describe(config: Config, port: number, count: number): string {
  const url = config.publicUrl ?? `http://localhost:${port}`;
  return [
    "",
    `Pipit is running on ${count} nodes.`,
    "",
    `  URL        ${url}`,
    `  Cluster    http://localhost:${port}/cluster (from this machine only)`,
    `  Docs       ${url}/docs`,
    `  Data       ${config.databaseUrl === undefined ? `${resolve(config.dataDir)} (PostgreSQL, started with the cluster)` : "the database of DATABASE_URL"}`,
    `  Media      ${describeStore(config)}`,
    `  Redis      ${config.redisUrl === undefined ? "started with the cluster, for it alone" : "that of REDIS_URL"}`,
    "  A token    npx pipit token --user ada",
    `  Admin key  ${describeAdminKey(config)}`,
    "",
    `kill -HUP ${process.pid} restarts the nodes one after the other. Ctrl-C stops them all.`,
    "",
    "",
  ].join("\n");
}
