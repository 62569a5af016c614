/** What the `overload` scenario found. */
import type { Second } from "../load/overload.ts";
import { sayLimit } from "../processes/usage.ts";
import { judge, type Target } from "../report/judge.ts";
import { type Report, roundSummary } from "../report/report.ts";
import { round } from "../statistics.ts";
import type { OverloadFindings } from "./run-overload.ts";

const targets: Target[] = [
  { figure: "goodput_ratio", bound: "at least", value: 0.8 },
  { figure: "late_or_unanswered", bound: "at most", value: 0 },
  { figure: "recovery_s", bound: "at most", value: 10 },
];

/** A second is a good one again when nothing is refused in it and answers come within this. */
const goodP99Ms = 100;
const goodShare = 0.9;
/** The codes that say "not now"; any other refusal is a fault. */
const expectedCodes = ["unavailable", "rate_limited"];

export function toOverloadReport(findings: OverloadFindings): Report & Pick<OverloadReport, "codes" | "seconds"> {
  const { options, peak, result, usage, memory } = findings;
  const { seed, pairs, warmupSeconds, peakSeconds, factor, seconds, afterSeconds } = options;
  // The first second fills the queues.
  const during = result.seconds.slice(Math.min(1, seconds - 1), seconds);
  const goodput = during.reduce((sum, { acked }) => sum + acked, 0) / Math.max(1, during.length);
  const figures = {
    peak_acked_per_s: Math.round(peak.ackedPerSecond),
    offered_per_s: Math.round(result.offeredPerSecond),
    offered_by_peak: round(result.offeredPerSecond / peak.ackedPerSecond, 2),
    goodput_per_s: Math.round(goodput),
    goodput_ratio: round(goodput / peak.ackedPerSecond, 3),
    refused: result.refused,
    late_or_unanswered: result.late + result.unanswered,
    recovery_s: findRecovery(result.seconds, seconds, afterSeconds, peak.ackedPerSecond / 2),
    resident_before_mb: round(memory.before / 1e6, 1),
    resident_peak_mb: round(memory.peak / 1e6, 1),
  };
  return {
    scenario: "overload",
    options: { pairs, warmup: warmupSeconds, peak: peakSeconds, factor, seconds, after: afterSeconds },
    figures,
    latencies: {
      acknowledged: roundSummary(result.ackLatency),
      refused: roundSummary(result.refusalLatency),
      "at its capacity, closed loop": roundSummary(peak.ackLatency),
    },
    checks: {
      lost: result.lost + peak.lost,
      repeated: result.repeated + peak.repeated,
      unexpected: result.unexpected + peak.unexpected,
      refused_otherwise: countOthers(result.codes) + peak.refused,
    },
    codes: result.codes,
    seconds: result.seconds,
    targets: judge(targets, figures),
    stopped_by: `${sayLimit(usage)}; refused: ${JSON.stringify(result.codes)}`,
    method:
      "the capacity is what a closed loop reaches; then messages leave whether or not earlier ones are answered, as far as the generator can; an answer after 10 s counts as late, not as goodput; recovered is the first second after which nothing is refused and p99 is at most 100 ms",
    machine: findings.machine,
    versions: findings.versions,
    seed,
  };
}

type OverloadReport = { codes: Record<string, number>; seconds: Second[] };

/** Seconds from the end of the overload to the first from which on all are good; null when none was. */
function findRecovery(all: readonly Second[], from: number, length: number, perSecond: number): number | null {
  const after = all.slice(from, Math.floor(from + length));
  const isGood = ({ acked, refused, p99 }: Second): boolean =>
    refused === 0 && p99 <= goodP99Ms && acked >= goodShare * perSecond;
  const lastBad = after.findLastIndex((second) => !isGood(second));
  return lastBad === after.length - 1 ? null : lastBad + 1;
}

function countOthers(codes: Record<string, number>): number {
  return Object.entries(codes).reduce((sum, [code, count]) => sum + (expectedCodes.includes(code) ? 0 : count), 0);
}
