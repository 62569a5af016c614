/** The `group` scenario's result as a table for people. */
import type { GroupResult, KindResult } from "./group-result.ts";
import type { Kind } from "./stopwatch.ts";

const labels: Record<Kind, string> = {
  rename: "rename",
  add: "add a member",
  mention: "mention all",
  info: "info, first page",
  info_next: "info, next pages",
  remove: "remove a member",
};
const columns: [string, (kind: KindResult) => number | null | undefined][] = [
  ["count", ({ count }) => count],
  ["p50", ({ answered_ms }) => answered_ms.p50],
  ["p95", ({ answered_ms }) => answered_ms.p95],
  ["p99", ({ answered_ms }) => answered_ms.p99],
  ["max", ({ answered_ms }) => answered_ms.max],
  ["heard p50", ({ heard_ms }) => heard_ms?.p50],
  ["heard p99", ({ heard_ms }) => heard_ms?.p99],
  ["delivered", ({ delivered }) => delivered],
  ["CPU server", (kind) => kind.server_processor_ms],
  ["CPU PG", (kind) => kind.database_processor_ms],
];

export function renderGroup(result: GroupResult): string {
  const { sockets, machine, versions, load } = result;
  const rows = Object.entries(labels) as [Kind, string][];
  return [
    toRow(
      `${result.members} members, ms`,
      columns.map(([label]) => label),
    ),
    ...rows.map(([kind, label]) =>
      toRow(
        label,
        columns.map(([, of]) => String(of(result.kinds[kind]) ?? "")),
      ),
    ),
    "",
    `${result.rounds} rounds; online: ${sockets.members} members who stay, ${sockets.guests} of ${result.guests} who come and go, ${sockets.outsiders} outsiders`,
    `${result.breaches} breaches and ${result.gaps} gaps in ${result.checked_events} events, each checked at each socket`,
    `heard: until the last socket has the message of it; CPU: of the server and of PostgreSQL, for one on average, with all pages of an info; ${result.method}`,
    ...result.targets.map(({ figure, bound, value, actual, met }) => {
      return `target ${figure} ${bound} ${value}: ${actual}, ${met ? "met" : "MISSED"}`;
    }),
    `${machine.cpus} × ${machine.cpu_model}, ${machine.memory_gb} GB, ${machine.os}, load ${load.before} before and ${load.after} after; Node ${versions.node}, PostgreSQL ${versions.postgres}; seed ${result.seed}`,
  ].join("\n");
}

function toRow(label: string, cells: string[]): string {
  return label.padEnd(22) + cells.map((cell) => cell.padStart(11)).join("");
}
