/** What the `send` scenario found, in the names of its JSON output. */
import type { RoundCounts } from "../load/ledger.ts";
import type { Round } from "../load/orders.ts";
import type { Machine, Versions } from "../machine.ts";
import { round } from "../statistics.ts";
import { judge, type TargetResult } from "./targets.ts";

/** Everything measured, as it was measured. */
export type Findings = {
  seed: number;
  sockets: number;
  inFlight: number;
  /** Alternating rounds at full load, in order. */
  server: Round[];
  relay: Round[];
  paced: Round;
  pacedPerSecond: number;
  rowsPerBatch: number;
  idle: { sockets: number; bytesPerSocket: number; settleSeconds: number };
  machine: Machine;
  versions: Versions;
};

export type SendResult = {
  scenario: "send";
  acked_per_s: number;
  delivered_per_s: number;
  relay_acked_per_s: number;
  relay_delivered_per_s: number;
  /** Acknowledged messages a second, by the relay's. */
  ratio: number;
  /** From sending to the acknowledgement, at full load. */
  p50_ms: number;
  p95_ms: number;
  p99_ms: number;
  relay_p50_ms: number;
  relay_p99_ms: number;
  paced_per_s: number;
  /** From sending to the delivery at the peer, at the paced rate. */
  paced_p50_ms: number;
  paced_p95_ms: number;
  paced_p99_ms: number;
  rows_per_batch: number;
  idle_sockets: number;
  idle_bytes_per_socket: number;
  idle_method: string;
  sockets: number;
  in_flight: number;
  rounds: { acked_per_s: number; relay_acked_per_s: number }[];
  /** How busy the load generator was at its busiest, 0 to 1. */
  generator_load: number;
  /** Over all rounds on the server: anything but zeros means that it lost or repeated messages. */
  checks: Pick<RoundCounts, "lost" | "repeated" | "unexpected" | "refused">;
  targets: TargetResult[];
  machine: Machine;
  versions: Versions;
  seed: number;
};

/** Sums the findings up and holds them against the targets. */
export function toSendResult(findings: Findings): SendResult {
  const { server, relay, paced, idle } = findings;
  const acked = mean(server.map((one) => one.ackedPerSecond));
  const relayAcked = mean(relay.map((one) => one.ackedPerSecond));
  const latency = server.at(-1)?.ackLatency;
  const relayLatency = relay.at(-1)?.ackLatency;
  const figures = {
    ratio: relayAcked === 0 ? 0 : round(acked / relayAcked, 3),
    paced_p99_ms: round(paced.deliveryLatency.p99, 2),
    idle_bytes_per_socket: Math.round(idle.bytesPerSocket),
  };
  return {
    scenario: "send",
    acked_per_s: Math.round(acked),
    delivered_per_s: Math.round(mean(server.map((one) => one.deliveredPerSecond))),
    relay_acked_per_s: Math.round(relayAcked),
    relay_delivered_per_s: Math.round(mean(relay.map((one) => one.deliveredPerSecond))),
    p50_ms: round(latency?.p50 ?? 0, 2),
    p95_ms: round(latency?.p95 ?? 0, 2),
    p99_ms: round(latency?.p99 ?? 0, 2),
    relay_p50_ms: round(relayLatency?.p50 ?? 0, 2),
    relay_p99_ms: round(relayLatency?.p99 ?? 0, 2),
    paced_per_s: findings.pacedPerSecond,
    paced_p50_ms: round(paced.deliveryLatency.p50, 2),
    paced_p95_ms: round(paced.deliveryLatency.p95, 2),
    ...figures,
    rows_per_batch: round(findings.rowsPerBatch, 1),
    idle_sockets: idle.sockets,
    idle_method: `growth of a fresh server's resident set, each user in one room, read ${idle.settleSeconds} s after connecting, no collection forced`,
    sockets: findings.sockets,
    in_flight: findings.inFlight,
    rounds: server.map((one, index) => ({
      acked_per_s: Math.round(one.ackedPerSecond),
      relay_acked_per_s: Math.round(relay[index]?.ackedPerSecond ?? 0),
    })),
    generator_load: round(Math.max(...[...server, ...relay].map((one) => one.generatorLoad)), 2),
    checks: addUp([...server, paced]),
    targets: judge(figures),
    machine: findings.machine,
    versions: findings.versions,
    seed: findings.seed,
  };
}

/** Whether every acknowledged message was delivered once, and none was refused. */
export function isClean({ checks }: SendResult): boolean {
  return checks.lost + checks.repeated + checks.unexpected + checks.refused === 0;
}

function addUp(rounds: Round[]): SendResult["checks"] {
  const sum = (key: keyof SendResult["checks"]) => rounds.reduce((total, one) => total + one[key], 0);
  return { lost: sum("lost"), repeated: sum("repeated"), unexpected: sum("unexpected"), refused: sum("refused") };
}

function mean(values: number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
