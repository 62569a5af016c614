/** A run's result as a table for people. */
import type { ChaosResult } from "./chaos-result.ts";

const shownProblems = 20;

export function renderChaos(result: ChaosResult): string {
  const { sends, recovery_ms: recovery, back_after_kill_ms: back, machine, versions, problems } = result;
  const rows: [string, string][] = [
    ["scenario", `${result.scenario}, ${result.faults} faults in ${result.minutes} min`],
    ["servers and clients", `${result.nodes} nodes, ${result.clients} clients in ${result.rooms} rooms`],
    ["messages", `${sends.messages} in ${sends.attempts} attempts, ${result.per_second}/s`],
    ["acknowledged", `${sends.acknowledged}, and ${result.stored} entries are stored`],
    ["attempts of unknown outcome", `${sends.unknown}`],
    ["attempts that failed", `${sends.failed}`],
    ["edits, deletions", `${sends.edits}, ${sends.deletions}`],
    ["connections made anew", toSpreadText(recovery)],
    ...(back ? ([["back after their node's kill", toSpreadText(back)]] as [string, string][]) : []),
    ...result.drains.map((drain): [string, string] => [
      `drain of node ${drain.node}`,
      `${drain.clients} clients over ${drain.spread_ms} ms`,
    ]),
    ...result.figures.map((figures): [string, string] => [
      "the fault",
      Object.entries(figures)
        .map(([name, value]) => `${name.replaceAll("_", " ")} ${value}`)
        .join(", "),
    ]),
    ["all settled", result.settled_ms === null ? "no" : `${result.settled_ms} ms after the last fault`],
    [
      "all heard their probes",
      result.probed_ms === null
        ? "no"
        : `${result.probed_ms} ms later (${result.repeated_probes} of ${result.probes} anew)`,
    ],
    ["the clients' own process", `${Math.round(result.clients_load * 100)} % busy, ${result.clients_mb} MB`],
  ];
  return [
    ...rows.map(([label, value]) => label.padEnd(32) + value),
    `${machine.cpus} × ${machine.cpu_model}, ${machine.memory_gb} GB, ${machine.os}; Node ${versions.node}, PostgreSQL ${versions.postgres}, Redis ${versions.redis}; seed ${result.seed}`,
    problems.length === 0
      ? "nothing acknowledged was lost, nothing is there twice, all devices agree, nobody is stuck"
      : `${problems.length} problems:`,
    ...problems.slice(0, shownProblems).map((problem) => `  ${problem}`),
  ].join("\n");
}

function toSpreadText({ count, p50, p95, max }: ChaosResult["recovery_ms"]): string {
  return `${count}: p50 ${p50}, p95 ${p95}, max ${max} ms`;
}
