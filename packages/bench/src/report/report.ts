/** What a run found, in a form that all scenarios share. */
import type { Machine, Versions } from "../machine.ts";
import { round, type Summary } from "../statistics.ts";
import type { Judged } from "./judge.ts";
import { renderReport } from "./render-report.ts";

export type Report = {
  scenario: string;
  /** What it was run with, the defaults included. */
  options: Record<string, number>;
  /** By name; null is what the system does not tell. Names end with their unit. */
  figures: Record<string, number | null>;
  /** Milliseconds. */
  latencies: Record<string, Summary>;
  /** Counts that are zero in a run that was right: no figure is worth anything otherwise. */
  checks: Record<string, number>;
  targets: Judged[];
  /** What kept the figures from being better, by the processors that were used meanwhile. */
  stopped_by: string;
  method: string;
  machine: Machine;
  versions: Versions;
  seed: number;
};

/** What a scenario hands back; a target that was missed is said, and is no complaint: the run was right all the same. */
export function toOutcome(report: Report): { result: object; text: string; complaints: string[] } {
  const wrong = Object.entries(report.checks).filter(([, count]) => count !== 0);
  return { result: report, text: renderReport(report), complaints: wrong.map(([name, count]) => `${name}: ${count}`) };
}

/** The same with so many decimals as can be meant. */
export function roundSummary(summary: Summary): Summary {
  const { count, p50, p95, p99, max } = summary;
  return { count, p50: round(p50, 2), p95: round(p95, 2), p99: round(p99, 2), max: round(max, 2) };
}
