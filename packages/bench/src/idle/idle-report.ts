/** What the `idle` scenario found. */
import { sayLimit } from "../processes/usage.ts";
import { judge, type Target } from "../report/judge.ts";
import type { Report } from "../report/report.ts";
import { round } from "../statistics.ts";
import type { IdleFindings, Memory } from "./run-idle.ts";

const targets: Target[] = [{ figure: "resident_bytes_per_socket", bound: "at most", value: 30_000 }];

export function toIdleReport(findings: IdleFindings): Report {
  const { options, before, after, opening, resting } = findings;
  const { seed, sockets, rooms, addresses, settleSeconds } = options;
  const each = (of: (memory: Memory) => number): number => Math.round((of(after) - of(before)) / sockets);
  const figures = {
    resident_bytes_per_socket: each(({ resident }) => resident),
    heap_bytes_per_socket: each(({ heap }) => heap),
    outside_bytes_per_socket: each(({ outside }) => outside),
    resident_mb: round(after.resident / 1e6, 1),
    resident_before_mb: round(before.resident / 1e6, 1),
    connecting_s: round(opening.seconds, 1),
    connected_per_s: Math.round(sockets / opening.seconds),
    server_processor_ms_to_connect_one: toEach(opening.used.server, sockets),
    database_processor_ms_to_connect_one: toEach(opening.used.database, sockets),
    server_processor_share_at_rest: share(resting.used.server, resting.seconds),
  };
  return {
    scenario: "idle",
    options: { sockets, rooms, addresses, settle: settleSeconds },
    figures,
    latencies: {},
    checks: { lost: findings.lost, missing: sockets - findings.counted },
    targets: judge(targets, figures),
    stopped_by: `connecting: ${sayLimit(opening)}`,
    method: `growth of the server from the first (at most 200) sockets on, after ${settleSeconds} s of rest and two forced collections by its inspector; resident is what the system counts (VmRSS), heap what JavaScript has in use`,
    machine: findings.machine,
    versions: findings.versions,
    seed,
  };
}

function toEach(seconds: number | null | undefined, sockets: number): number | null {
  return seconds == null ? null : round((1000 * seconds) / sockets, 2);
}

function share(seconds: number | null | undefined, of: number): number | null {
  return seconds == null ? null : round(seconds / of, 3);
}
