/** The `nodes` scenario: the same load on one node, and spread over two of one database, in rooms of their own. */
import { makeIdPrefix } from "../load/id-prefix.ts";
import type { Round } from "../load/orders.ts";
import { describeMachine, type Machine, readVersions, type Versions } from "../machine.ts";
import type { LoadGenerator } from "../processes/load-generator.ts";
import { jwtSecret } from "../processes/pipit-server.ts";
import { measureUsage, ofDatabase, ofProcess, type ReadSeconds, type Usage } from "../processes/usage.ts";
import { createRandom } from "../random.ts";
import type { Progress } from "../scenario.ts";
import type { Nodes } from "./start-nodes.ts";

const inFlight = 8;
const roundWarmupSeconds = 1;

export type NodesOptions = {
  seed: number;
  /** Of users, in all; half of them on each node when there are two. */
  pairs: number;
  seconds: number;
  rounds: number;
  warmupSeconds: number;
};

/** `one`: all sockets on the first node. `two`: half of them on each. */
export type Layout = "one" | "two";
export type Measured = { rounds: Round[]; usage: Usage };

export type NodesFindings = {
  options: NodesOptions;
  measured: Record<Layout, Measured[]>;
  hasRedis: boolean;
  machine: Machine;
  versions: Versions;
};

type Parts = Record<string, ReadSeconds>;

/** Leaves the sockets connected. */
export async function runNodes(nodes: Nodes, options: NodesOptions, progress: Progress): Promise<NodesFindings> {
  const { first, second, redis, generators } = nodes;
  await connect(generators, [first.server.url, second.url], options.pairs);
  const parts: Parts = {
    "first node": ofProcess(first.server),
    "second node": ofProcess(second),
    database: ofDatabase(first.dataDir),
    ...(redis ? { redis: ofProcess({ pid: redis.pid() }) } : {}),
    "first generator": ofProcess(generators[0]),
    "second generator": ofProcess(generators[1]),
  };
  const measured = await alternate(generators, parts, options, progress);
  const versions = await readVersions(first.dataDir);
  return { options, measured, hasRedis: redis !== undefined, machine: describeMachine(), versions };
}

/** Each generator has its users on the first node, and others on the node that is its own when there are two. */
async function connect(
  generators: readonly LoadGenerator[],
  urls: readonly [string, string],
  pairs: number,
): Promise<void> {
  for (const [index, generator] of generators.entries()) {
    const common = { secret: jwtSecret, pairs: Math.ceil(pairs / 2) };
    await generator.order("connect", { ...common, target: "one", url: urls[0], userPrefix: `one-${index}-` });
    const url = urls[index] ?? urls[0];
    await generator.order("connect", { ...common, target: "two", url, userPrefix: `two-${index}-` });
  }
}

async function alternate(
  generators: readonly LoadGenerator[],
  parts: Parts,
  { seed, seconds, rounds, warmupSeconds }: NodesOptions,
  progress: Progress,
): Promise<Record<Layout, Measured[]>> {
  const random = createRandom(seed);
  const load = async (target: Layout, warmup: number, measuredSeconds: number): Promise<Measured> => {
    const { value, usage } = await measureUsage(parts, () => {
      const times = { warmupSeconds: warmup, seconds: measuredSeconds, inFlight, isRecorded: true };
      return Promise.all(
        generators.map((one) => one.order("saturate", { target, idPrefix: makeIdPrefix(random), ...times })),
      );
    });
    return { rounds: value, usage };
  };
  progress(`warming up for ${warmupSeconds} s each`);
  for (const layout of ["one", "two"] as const) await load(layout, warmupSeconds, 0);
  const measured: Record<Layout, Measured[]> = { one: [], two: [] };
  for (let number = 1; number <= rounds; number += 1) {
    for (const layout of ["one", "two"] as const) {
      const found = await load(layout, roundWarmupSeconds, seconds / rounds);
      measured[layout].push(found);
      const rate = found.rounds.reduce((sum, round) => sum + round.ackedPerSecond, 0);
      progress(`round ${number}, nodes: ${layout}, ${Math.round(rate)} a second`);
    }
  }
  return measured;
}
