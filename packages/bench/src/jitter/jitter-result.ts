/** What the `jitter` scenario found, in the names of its JSON output. */
import type { Machine, Versions } from "../machine.ts";
import { percentile, round, type Summary } from "../statistics.ts";
import type { DeviceKind } from "./device.ts";
import type { Findings, Phase } from "./run-jitter.ts";

export type KindResult = {
  devices: number;
  cuts: number;
  expected: number;
  delivered: number;
  delivered_percent: number;
  /** Messages that were acknowledged while their receiver was away. */
  missed: number;
  repeated: number;
  misplaced: number;
  repeated_on_wire: number;
  /** From being connected again to having all that was missed; cut off again before that, up to the cut. */
  replay_ms: Summary;
  /** The same from the moment that the link could be used again. */
  recovery_ms: Summary;
};

export type PhaseResult = {
  rooms: number;
  seconds: number;
  /** Until everything was everywhere, after the last message and the last cut. */
  settled_ms: number;
  server_cores: number | null;
  /** Of processors, until everything was there: by the server's own process, and by all devices together. */
  server_processor_s: number | null;
  devices_processor_s: number;
  server_mb: { before: number; after: number; peak: number };
  /** How busy the busiest process of devices was: close to 1, it is the devices that were measured. */
  devices_load: number;
};

export type JitterResult = {
  scenario: "jitter";
  kinds: Record<DeviceKind, KindResult>;
  phases: { sdk: PhaseResult; light: PhaseResult };
  messages: number;
  per_second: number;
  cut_every_s: number;
  cut_for_s: number;
  targets: { figure: string; bound: "at least" | "at most"; value: number; actual: number; met: boolean }[];
  machine: Machine;
  versions: Versions;
  seed: number;
};

const replayTargetMs = 5_000;

export function toJitterResult(findings: Findings): JitterResult {
  const { options, sdk, light } = findings;
  const kinds = { sdk: toKind(sdk, "sdk"), light: toKind(light, "light"), plain: toKind(light, "plain") };
  return {
    scenario: "jitter",
    kinds,
    phases: { sdk: toPhase(sdk), light: toPhase(light) },
    messages: options.pace.messages,
    per_second: options.pace.perSecond,
    cut_every_s: options.cuts.everyMs / 1000,
    cut_for_s: options.cuts.forMs / 1000,
    targets: (["sdk", "light"] as const).flatMap((kind) => judge(kind, kinds[kind])),
    machine: findings.machine,
    versions: findings.versions,
    seed: options.seed,
  };
}

/** What did not reach its target, one sentence each. */
export function listComplaints({ targets }: JitterResult): string[] {
  return targets
    .filter(({ met }) => !met)
    .map(({ figure, bound, value, actual }) => `${figure} is ${actual}, not ${bound} ${value}`);
}

function judge(name: string, kind: KindResult): JitterResult["targets"] {
  const atMost = (figure: string, actual: number, value: number) => {
    return { figure: `${name} ${figure}`, bound: "at most" as const, value, actual, met: actual <= value };
  };
  const actual = kind.delivered_percent;
  return [
    {
      figure: `${name} delivered_percent`,
      bound: "at least",
      value: 100,
      actual,
      met: kind.delivered === kind.expected,
    },
    atMost("repeated", kind.repeated, 0),
    atMost("misplaced", kind.misplaced, 0),
    atMost("replay_p99_ms", kind.replay_ms.p99, replayTargetMs),
  ];
}

function toKind({ reports }: Phase, kind: DeviceKind): KindResult {
  const own = reports.flatMap(({ measured }) => measured.filter((one) => one.kind === kind));
  const sum = (of: (one: (typeof own)[number]) => number): number => own.reduce((total, one) => total + of(one), 0);
  const expected = sum((one) => one.sum.expected);
  const delivered = sum((one) => one.sum.delivered);
  return {
    devices: sum((one) => one.devices),
    cuts: sum((one) => one.sum.cuts),
    expected,
    delivered,
    delivered_percent: expected === 0 ? 100 : round((100 * delivered) / expected, 3),
    missed: sum((one) => one.sum.missed),
    repeated: sum((one) => one.sum.repeated),
    misplaced: sum((one) => one.sum.misplaced),
    repeated_on_wire: sum((one) => one.sum.repeatedOnWire),
    replay_ms: summarize(own.flatMap((one) => one.sum.replays)),
    recovery_ms: summarize(own.flatMap((one) => one.sum.recoveries)),
  };
}

function toPhase({ reports, rooms, seconds, serverCores, serverSeconds, serverBytes }: Phase): PhaseResult {
  const { before, after, peak } = serverBytes;
  const deviceSeconds = reports.reduce((sum, one) => sum + one.processorSeconds, 0);
  return {
    rooms,
    seconds: round(seconds, 1),
    settled_ms: Math.round(Math.max(...reports.map((one) => one.settledMs))),
    server_cores: serverCores === null ? null : round(serverCores, 2),
    server_processor_s: serverSeconds === null ? null : round(serverSeconds, 1),
    devices_processor_s: round(deviceSeconds, 1),
    server_mb: { before: megabytes(before), after: megabytes(after), peak: megabytes(peak) },
    devices_load: round(Math.max(...reports.map((one) => one.load)), 2),
  };
}

function summarize(values: number[]): Summary {
  const sorted = values.sort((a, b) => a - b);
  const at = (percent: number): number => Math.round(percentile(sorted, percent));
  return { count: sorted.length, p50: at(50), p95: at(95), p99: at(99), max: at(100) };
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
