/** A report as a table for people. */
import type { Summary } from "../statistics.ts";
import type { Judged } from "./judge.ts";
import type { Report } from "./report.ts";

const labelWidth = 44;
const cellWidth = 12;
const columns = ["count", "p50", "p95", "p99", "max"] as const;

export function renderReport(report: Report): string {
  const { machine, versions } = report;
  return [
    `${report.scenario}: ${listPairs(report.options)}`,
    ...Object.entries(report.figures).map(([name, value]) => toRow(name, [value ?? "-"])),
    ...renderLatencies(report.latencies),
    "",
    listPairs(report.checks),
    ...report.targets.map(renderTarget),
    `what stopped it: ${report.stopped_by}`,
    report.method,
    `${machine.cpus} × ${machine.cpu_model}, ${machine.memory_gb} GB, ${machine.os}; Node ${versions.node}, PostgreSQL ${versions.postgres}, Socket.IO ${versions.socket_io}; seed ${report.seed}`,
  ].join("\n");
}

function renderLatencies(latencies: Record<string, Summary>): string[] {
  const rows = Object.entries(latencies);
  if (rows.length === 0) return [];
  return [
    toRow("milliseconds", columns),
    ...rows.map(([name, summary]) =>
      toRow(
        name,
        columns.map((column) => summary[column]),
      ),
    ),
  ];
}

function renderTarget({ figure, bound, value, actual, met }: Judged): string {
  return `target ${figure} ${bound} ${value}: ${actual ?? "not measured"}, ${met ? "met" : "MISSED"}`;
}

function listPairs(record: Record<string, number>): string {
  return Object.entries(record)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

function toRow(label: string, cells: readonly (string | number)[]): string {
  return label.padEnd(labelWidth) + cells.map((cell) => String(cell).padStart(cellWidth)).join("");
}
