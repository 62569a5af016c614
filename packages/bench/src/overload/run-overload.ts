/** The `overload` scenario: finds what a server can take, offers it several times as much, and then half. */
import { makeIdPrefix } from "../load/id-prefix.ts";
import type { Round } from "../load/orders.ts";
import type { OverloadResult } from "../load/overload.ts";
import { describeMachine, type Machine, readVersions, type Versions } from "../machine.ts";
import { readPeakBytes, readResidentBytes } from "../processes/memory.ts";
import { jwtSecret } from "../processes/pipit-server.ts";
import type { Stage } from "../processes/start-stage.ts";
import { measureUsage, type Usage } from "../processes/usage.ts";
import { createRandom } from "../random.ts";
import type { Progress } from "../scenario.ts";

const target = "server";
const inFlight = 8;

export type OverloadScenarioOptions = {
  seed: number;
  pairs: number;
  /** Of the closed loop that finds the capacity. */
  warmupSeconds: number;
  peakSeconds: number;
  /** How many times the capacity is offered, and for how long. */
  factor: number;
  seconds: number;
  /** How long half of the capacity is offered after that. */
  afterSeconds: number;
};

export type OverloadFindings = {
  options: OverloadScenarioOptions;
  peak: Round;
  result: OverloadResult;
  usage: Usage;
  /** Bytes: before and at most. */
  memory: { before: number; peak: number };
  machine: Machine;
  versions: Versions;
};

/** Leaves the sockets connected. */
export async function runOverload(
  { server, dataDir, generator, parts }: Stage,
  options: OverloadScenarioOptions,
  progress: Progress,
): Promise<OverloadFindings> {
  const random = createRandom(options.seed);
  const { pairs, warmupSeconds, peakSeconds, seconds, afterSeconds } = options;
  await generator.order("connect", { target, url: server.url, secret: jwtSecret, pairs, userPrefix: "overload-" });
  progress(`as much as it takes, for ${warmupSeconds + peakSeconds} s`);
  const closed = { target, inFlight, isRecorded: true, warmupSeconds, seconds: peakSeconds };
  const peak = await generator.order("saturate", { ...closed, idPrefix: makeIdPrefix(random) });
  const perSecond = Math.max(1, Math.round(peak.ackedPerSecond * options.factor));
  progress(`${perSecond} a second for ${seconds} s, where ${Math.round(peak.ackedPerSecond)} were taken`);
  const before = await readResidentBytes(server.pid);
  const after = { afterPerSecond: Math.max(1, Math.round(peak.ackedPerSecond / 2)), afterSeconds };
  const order = { target, idPrefix: makeIdPrefix(random), perSecond, seconds, ...after };
  const { value: result, usage } = await measureUsage(parts, () => generator.order("overload", order));
  const memory = { before, peak: await readPeakBytes(server.pid) };
  return {
    options,
    peak,
    result,
    usage,
    memory,
    machine: describeMachine(),
    versions: await readVersions(dataDir),
  };
}
