/** A long run's result for people. */
import { round } from "../statistics.ts";
import type { SoakResult } from "./run-soak.ts";

const shownTables = 6;
const column = 16;

export function renderSoak(result: SoakResult): string {
  const { judged, checks, machine, versions, complaints } = result;
  const cells = (...values: unknown[]): string => values.map((value) => String(value).padStart(column)).join("");
  const capacity = result.capacity_per_s === null ? "as it was told" : `half of ${result.capacity_per_s}`;
  return [
    `${result.minutes} minutes at ${result.rate_per_s} messages a second (${capacity}), ${result.sent} sent, ${result.sockets} sockets`,
    "",
    "figure".padEnd(34) + cells("second third", "last third", "bound", ""),
    ...judged.map(({ figure, second_third: second, last_third: last, bound, is_flat: isFlat }) => {
      return figure.padEnd(34) + cells(round(second, 1), round(last, 1), round(bound, 1), isFlat ? "flat" : "GREW");
    }),
    "",
    "table".padEnd(34) + cells("bytes", "live", "dead"),
    ...result.tables.slice(0, shownTables).map(({ table, bytes, live_tuples: live, dead_tuples: dead }) => {
      return table.padEnd(34) + cells(bytes, live, dead);
    }),
    "",
    `lost ${checks.lost}, repeated ${checks.repeated}, unexpected ${checks.unexpected}, refused ${checks.refused}`,
    `open handles: ${Object.entries(result.handles)
      .map(([kind, count]) => `${kind} ${count}`)
      .join(", ")}`,
    ...complaints.map((complaint) => `PROBLEM: ${complaint}`),
    `${machine.cpus} × ${machine.cpu_model}, ${machine.memory_gb} GB, ${machine.os}; Node ${versions.node}, PostgreSQL ${versions.postgres}; seed ${result.seed}`,
  ].join("\n");
}
