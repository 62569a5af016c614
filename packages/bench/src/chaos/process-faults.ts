/** Faults of processes: nodes, Redis and PostgreSQL that die, stop, or are restarted. */
import { moment } from "../jitter/moment.ts";
import { killPostmaster, stopPostmaster } from "../processes/postmaster.ts";
import { untilReady } from "./cluster.ts";
import { type Fault, pickNode, waitSeconds } from "./fault.ts";

export const killNode: Fault = async (context) => {
  const node = pickNode(context);
  context.progress(`node ${node.place} is killed`);
  context.strikes.push({ kind: "kill", node: node.place, at: moment() });
  await node.server.kill();
  await waitSeconds(context, 5);
  await node.start();
};

export const stopNode: Fault = async (context) => {
  const node = pickNode(context);
  context.progress(`node ${node.place} is stopped, and goes on later`);
  process.kill(node.server.pid, "SIGSTOP");
  try {
    await waitSeconds(context, 5, 20);
  } finally {
    process.kill(node.server.pid, "SIGCONT");
  }
};

export const restartRedis: Fault = async ({ cluster: { redis }, progress }) => {
  progress("Redis is restarted");
  await redis.stop();
  await redis.start();
};

export const takeRedisAway: Fault = async (context) => {
  context.progress("Redis is away");
  await context.cluster.redis.stop();
  await waitSeconds(context, 20);
  await context.cluster.redis.start();
};

export const restartPostgres: Fault = async ({ cluster, progress }) => {
  progress("PostgreSQL is restarted");
  await stopPostmaster(cluster.dataDir);
  await untilReady(cluster);
};

export const killPostgres: Fault = async ({ cluster, progress }) => {
  progress("PostgreSQL is killed");
  await killPostmaster(cluster.dataDir);
  await untilReady(cluster);
};

/** Node by node, each in order: it sends its clients away, spread over a while, and answers what it has taken. */
export const restartAllNodes: Fault = async (context) => {
  for (const node of context.cluster.nodes) {
    context.progress(`node ${node.place} drains and is started again`);
    context.strikes.push({ kind: "drain", node: node.place, at: moment() });
    await node.server.stop();
    if (node.server.process.exitCode !== 0) {
      context.problems.push(`node ${node.place} did not end in order: ${node.server.process.exitCode ?? "killed"}`);
    }
    await node.start();
    await waitSeconds(context, 5);
  }
};
