/** A run: nodes, clients and load; faults, one after the other; then everything must be well, and is held to account. */
import { setTimeout as sleep } from "node:timers/promises";
import { describeMachine, readVersions } from "../machine.ts";
import { hasDeadlocked } from "../processes/postmaster.ts";
import type { Scope } from "../processes/scope.ts";
import { createRandom } from "../random.ts";
import type { Progress } from "../scenario.ts";
import { type ChaosResult, toChaosResult } from "./chaos-result.ts";
import { type Cluster, type Prepared, startCluster, untilReady } from "./cluster.ts";
import { startCrowd } from "./crowd-process.ts";
import type { Fault, FaultContext } from "./fault.ts";

/** What makes a run one of a scenario. */
export type ChaosScenario = {
  about: string;
  /** What strikes, again and again. */
  fault: Fault;
  hasLinks?: boolean;
  /** What must be there, or made, before the nodes start. @throws {Error} for people, when this machine does not have it */
  prepare?(scope: Scope): Promise<Prepared>;
};

export type ChaosOptions = {
  minutes: number;
  nodes: number;
  clients: number;
  /** Messages a second, over all clients. */
  rate: number;
  /** Seconds from the beginning of one fault to that of the next, if it is over by then. */
  every: number;
  /** What faults take for a second: less in a test. */
  secondMs: number;
  /** Of clients of a node that was killed, 95 in a hundred are to be back by then. */
  backWithinMs: number;
  seed: number;
};

/** After the last fault, everybody must be well within this. */
const healWithinMs = 60_000;
/** What goes on before the first fault and after the last. */
const calmSeconds = 2;
const wakeEarlyMs = 20;

export async function runChaos(
  scope: Scope,
  name: string,
  scenario: ChaosScenario,
  options: ChaosOptions,
  progress: Progress,
): Promise<ChaosResult> {
  const prepared = (await scenario.prepare?.(scope)) ?? {};
  progress(`starting ${options.nodes} nodes`);
  const cluster = await startCluster(scope, { nodes: options.nodes, hasLinks: scenario.hasLinks === true, prepared });
  try {
    return await runOn(cluster, { scope, prepared, name, scenario, options, progress });
  } catch (error) {
    const said = [...cluster.nodes.map(({ server }) => server), cluster.database].map((server) => server.output());
    throw new Error(`seed ${options.seed}; the servers printed\n${said.join("\n")}`, { cause: error });
  }
}

type Parts = {
  scope: Scope;
  prepared: Prepared;
  name: string;
  scenario: ChaosScenario;
  options: ChaosOptions;
  progress: Progress;
};

async function runOn(cluster: Cluster, parts: Parts): Promise<ChaosResult> {
  const { scope, prepared, name, scenario, options, progress } = parts;
  const { clients, rate, seed } = options;
  const crowd = await startCrowd(scope);
  progress(`connecting ${clients} clients`);
  const urls = cluster.nodes.map(({ clientUrl }) => clientUrl);
  const { rooms } = await crowd.order("open", { urls, prefix: "chaos-", clients, perSecond: rate, seed });
  progress(`${rate} messages a second to ${rooms} rooms`);
  await crowd.order("send", null);
  const context: FaultContext = {
    cluster,
    prepared,
    random: createRandom(seed),
    progress,
    secondMs: options.secondMs,
    strikes: [],
    problems: [],
    figures: [],
  };
  const faults = await strike(scenario.fault, context, options);
  progress("all is put right: waiting until everybody is well");
  await untilReady(cluster);
  const healing = await crowd.order("heal", { withinMs: healWithinMs });
  progress("checking");
  const verdict = await crowd.order("verify", { urls: cluster.nodes.map(({ url }) => url) });
  const counts = await crowd.order("count", null);
  await crowd.order("close", null);
  if (await hasDeadlocked(cluster.dataDir))
    context.problems.push("PostgreSQL found transactions waiting for each other");
  const versions = { ...(await readVersions(cluster.dataDir)), redis: cluster.redis.version };
  const ran = { name, options, rooms, faults, machine: describeMachine(), versions };
  const { strikes, problems, figures } = context;
  return toChaosResult({ ...ran, healing, verdict, counts, strikes, problems, figures });
}

/** Faults until the time is over. @returns how many there were */
async function strike(fault: Fault, context: FaultContext, { minutes, every }: ChaosOptions): Promise<number> {
  const calmMs = calmSeconds * context.secondMs;
  await sleep(calmMs);
  const end = performance.now() + minutes * 60_000 - calmMs;
  let count = 0;
  // A timer may ring a little early: that is not time for another one.
  while (end - performance.now() > wakeEarlyMs) {
    const next = performance.now() + every * context.secondMs;
    await fault(context);
    count += 1;
    await sleep(Math.max(0, Math.min(next, end) - performance.now()));
  }
  return count;
}
