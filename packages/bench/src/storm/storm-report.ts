/** What the `storm` scenario found. */
import { sayLimit } from "../processes/usage.ts";
import { judge, type Target } from "../report/judge.ts";
import { type Report, roundSummary } from "../report/report.ts";
import { round } from "../statistics.ts";
import type { StormFindings } from "./run-storm.ts";

const targets: Target[] = [{ figure: "all_synced_s", bound: "at most", value: 30 }];

export function toStormReport(findings: StormFindings): Report & { failures: Record<string, number> } {
  const { options, storm, usage, memory } = findings;
  const { seed, sockets, rooms, withinSeconds, addresses } = options;
  const figures = {
    all_synced_s: storm.unsynced === 0 ? round(storm.synced.max / 1000, 2) : null,
    attempts: storm.attempts,
    retries: storm.attempts - sockets,
    attempts_per_device: round(storm.attempts / sockets, 2),
    longest_silence_ms: Math.round(findings.longestSilence),
    event_loop_delay_max_ms: Math.round(findings.loopDelayMs),
    resident_before_mb: round(memory.before / 1e6, 1),
    resident_peak_mb: round(memory.peak / 1e6, 1),
    resident_after_mb: round(memory.after / 1e6, 1),
    server_processor_ms_a_device: toEach(usage.used.server, sockets),
    database_processor_ms_a_device: toEach(usage.used.database, sockets),
  };
  return {
    scenario: "storm",
    options: { sockets, rooms, within: withinSeconds, addresses },
    figures,
    latencies: {
      "until connected": roundSummary(storm.connected),
      "until synced": roundSummary(storm.synced),
      "from a device's first try until synced": roundSummary(storm.synced_after),
    },
    checks: {
      unsynced: storm.unsynced,
      wrong: storm.wrong,
      missing: sockets - findings.counted,
      crashed: findings.hasCrashed ? 1 : 0,
    },
    failures: storm.failures,
    targets: judge(targets, figures),
    stopped_by: `${sayLimit(usage)}; attempts failed: ${listFailures(storm.failures)}`,
    method:
      "each device was up to date, lost the server, and has one room of its own moved when it comes back; it is synced when chats:sync has brought just that; a failed attempt is repeated as the SDK does, after what the server asked for or a doubling wait, both jittered",
    machine: findings.machine,
    versions: findings.versions,
    seed,
  };
}

function listFailures(failures: Record<string, number>): string {
  const entries = Object.entries(failures).map(([reason, count]) => `${count} × ${reason}`);
  return entries.length === 0 ? "none" : entries.join(", ");
}

function toEach(seconds: number | null | undefined, sockets: number): number | null {
  return seconds == null ? null : round((1000 * seconds) / sockets, 2);
}
