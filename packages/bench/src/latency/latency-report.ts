/** What the `latency` scenario found. */
import { sayLimit } from "../processes/usage.ts";
import { judge, type Target } from "../report/judge.ts";
import { type Report, roundSummary } from "../report/report.ts";
import { round } from "../statistics.ts";
import type { LatencyFindings } from "./run-latency.ts";

const targets: Target[] = [
  { figure: "delivery_p99_ms", bound: "at most", value: 15 },
  { figure: "delivery_p99_at_half_ms", bound: "at most", value: 60 },
];

export function toLatencyReport(findings: LatencyFindings): Report {
  const { options, steady, peak, half } = findings;
  const { seed, pairs, perSecond, warmupSeconds, seconds, peakSeconds } = options;
  const figures = {
    peak_acked_per_s: Math.round(peak.ackedPerSecond),
    delivered_per_s: Math.round(steady.round.deliveredPerSecond),
    delivery_p99_ms: round(steady.round.deliveryLatency.p99, 2),
    delivered_at_half_per_s: Math.round(half.round.deliveredPerSecond),
    delivery_p99_at_half_ms: round(half.round.deliveryLatency.p99, 2),
    database_bytes_per_message: Math.round(findings.bytesPerMessage.kept),
    log_bytes_per_message: Math.round(findings.bytesPerMessage.logged),
  };
  const all = [steady.round, peak, half.round];
  const sum = (name: "lost" | "repeated" | "unexpected" | "refused") =>
    all.reduce((total, one) => total + one[name], 0);
  return {
    scenario: "latency",
    options: { pairs, rate: perSecond, warmup: warmupSeconds, seconds, peak: peakSeconds },
    figures,
    latencies: {
      [`delivery at ${perSecond} a second`]: roundSummary(steady.round.deliveryLatency),
      [`acknowledgement at ${perSecond} a second`]: roundSummary(steady.round.ackLatency),
      "delivery at half of the maximum": roundSummary(half.round.deliveryLatency),
      "acknowledgement at half of the maximum": roundSummary(half.round.ackLatency),
      "acknowledgement at the maximum": roundSummary(peak.ackLatency),
    },
    checks: { lost: sum("lost"), repeated: sum("repeated"), unexpected: sum("unexpected"), refused: sum("refused") },
    targets: judge(targets, figures),
    stopped_by: `at ${perSecond} a second ${sayLimit(steady.usage)}; at half of the maximum ${sayLimit(half.usage)}`,
    method: "from a message's leaving at one socket to its coming in at the other's, in one process, at a set rate",
    machine: findings.machine,
    versions: findings.versions,
    seed,
  };
}
