/** What a run found, as --json prints it. */
import type { Machine, Versions } from "../machine.ts";
import { percentile, round } from "../statistics.ts";
import type { CrowdCounts, Healing, Verdict } from "./crowd-orders.ts";
import type { Strike } from "./fault.ts";
import type { Recovery } from "./light-link.ts";
import type { ChaosOptions } from "./run-chaos.ts";

/** A connection that ends so soon after its node was struck, ended by that. */
const ofStrikeMs = { kill: 2_000, drain: 15_000 };
/** What a drain is to be spread over at least, where there are enough clients to spread. */
const drain = { clients: 100, leastMs: 1_000 };
const maxProblems = 200;

type Found = {
  name: string;
  options: ChaosOptions;
  rooms: number;
  faults: number;
  machine: Machine;
  versions: Versions & { redis: string };
  healing: Healing;
  verdict: Verdict;
  counts: CrowdCounts;
  strikes: readonly Strike[];
  problems: readonly string[];
  figures: readonly Record<string, number>[];
};

type Spread = { count: number; p50: number; p95: number; max: number };

export type ChaosResult = {
  scenario: string;
  seed: number;
  minutes: number;
  nodes: number;
  clients: number;
  rooms: number;
  per_second: number;
  faults: number;
  sends: Omit<CrowdCounts, "recoveries" | "problems" | "load" | "residentBytes">;
  /** Connections that were lost and made anew, and milliseconds from the loss until the client was up to date again. */
  recovery_ms: Spread;
  /** The same for clients of killed nodes, from the kill; null where none was killed. */
  back_after_kill_ms: Spread | null;
  /** Over how many milliseconds each drain sent its clients away, and how many. */
  drains: { node: number; clients: number; spread_ms: number }[];
  /** What each fault measured of itself, where it does. */
  figures: readonly Record<string, number>[];
  /** Milliseconds after the end of the last fault. Null: not within a minute. */
  settled_ms: number | null;
  probed_ms: number | null;
  probes: number;
  repeated_probes: number;
  stored: number;
  clients_load: number;
  clients_mb: number;
  machine: Machine;
  versions: Versions & { redis: string };
  problems: string[];
};

export function toChaosResult(found: Found): ChaosResult {
  const { options, healing, verdict, counts, strikes } = found;
  const { recoveries, problems: refusals, load, residentBytes, ...sends } = counts;
  const kills = strikes.filter(({ kind }) => kind === "kill");
  const back = kills.flatMap((kill) => ofStrike(recoveries, kill).map(({ backAt }) => backAt - kill.at));
  const back_after_kill_ms = kills.length === 0 ? null : toSpread(back);
  const drains = strikes.filter(({ kind }) => kind === "drain").map((strike) => toDrain(recoveries, strike));
  const problems = [
    ...found.problems,
    ...healing.stuck.map((sentence) => `stuck: ${sentence}`),
    ...refusals,
    ...verdict.problems,
    ...judgeTimes(options.backWithinMs, back_after_kill_ms, drains),
  ];
  return {
    scenario: found.name,
    seed: options.seed,
    minutes: options.minutes,
    nodes: options.nodes,
    clients: options.clients,
    rooms: found.rooms,
    per_second: options.rate,
    faults: found.faults,
    sends,
    recovery_ms: toSpread(recoveries.map(({ lostAt, backAt }) => backAt - lostAt)),
    back_after_kill_ms,
    drains,
    figures: found.figures,
    settled_ms: healing.settledMs && Math.round(healing.settledMs),
    probed_ms: healing.probedMs && Math.round(healing.probedMs),
    probes: healing.probes,
    repeated_probes: healing.repeatedProbes,
    stored: verdict.messages,
    clients_load: round(load, 2),
    clients_mb: Math.round(residentBytes / 2 ** 20),
    machine: found.machine,
    versions: found.versions,
    problems: problems.slice(0, maxProblems),
  };
}

function ofStrike(recoveries: readonly Recovery[], { node, at, kind }: Strike): Recovery[] {
  return recoveries.filter((one) => one.node === node && one.lostAt >= at && one.lostAt < at + ofStrikeMs[kind]);
}

function toDrain(recoveries: readonly Recovery[], strike: Strike): ChaosResult["drains"][number] {
  const times = ofStrike(recoveries, strike).map(({ lostAt }) => lostAt);
  const spread = times.length === 0 ? 0 : Math.max(...times) - Math.min(...times);
  return { node: strike.node, clients: times.length, spread_ms: Math.round(spread) };
}

function toSpread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b).map(Math.round);
  return {
    count: sorted.length,
    p50: percentile(sorted, 50),
    p95: percentile(sorted, 95),
    max: percentile(sorted, 100),
  };
}

function judgeTimes(backWithinMs: number, back: Spread | null, drains: ChaosResult["drains"]): string[] {
  const problems: string[] = [];
  if (back && back.p95 > backWithinMs) {
    problems.push(`of the clients of killed nodes, 95 % were back after ${back.p95} ms only, not ${backWithinMs}`);
  }
  for (const { node, clients, spread_ms } of drains) {
    if (clients < drain.clients || spread_ms >= drain.leastMs) continue;
    problems.push(`node ${node} sent ${clients} clients away within ${spread_ms} ms`);
  }
  return problems;
}
