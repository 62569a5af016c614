/** The `sync` scenario's result as a table for people. */
import type { LengthResult, SyncResult } from "./sync-result.ts";

const rows: [string, (length: LengthResult) => number | null][] = [
  ["messages in the rooms that moved", (length) => length.messages_of_history],
  ["catch-ups", (length) => length.catch_ups],
  ["list of rooms p50, ms", (length) => length.chats_ms.p50],
  ["list of rooms p99, ms", (length) => length.chats_ms.p99],
  ["their messages p50, ms", (length) => length.messages_ms.p50],
  ["their messages p99, ms", (length) => length.messages_ms.p99],
  ["both p50, ms", (length) => length.total_ms.p50],
  ["both p99, ms", (length) => length.total_ms.p99],
  ["list of rooms, bytes", (length) => length.chats_bytes],
  ["their messages, bytes", (length) => length.messages_bytes],
  ["both, bytes", (length) => length.total_bytes],
  ["both at most, bytes", (length) => length.max_bytes],
  ["requests, bytes", (length) => length.request_bytes],
  ["processor of the server, ms", (length) => length.server_processor_ms],
  ["processor of PostgreSQL, ms", (length) => length.database_processor_ms],
];

export function renderSync(result: SyncResult): string {
  const { short, long, machine, versions } = result;
  const toRow = (label: string, cells: string[]): string =>
    label.padEnd(36) + cells.map((cell) => cell.padStart(12)).join("");
  return [
    toRow(`${result.moved_rooms} of ${result.rooms} rooms moved`, ["short", "long"]),
    ...rows.map(([label, of]) =>
      toRow(
        label,
        [short, long].map((length) => String(of(length) ?? "")),
      ),
    ),
    "",
    `long by short: p50 ${result.ratio_p50}, p99 ${result.ratio_p99}; ${result.messages_each} new messages in each room that moved`,
    `the list of all rooms, from nothing: ${result.load_bytes} bytes`,
    result.method,
    ...result.targets.map(({ figure, bound, value, actual, met }) => {
      return `target ${figure} ${bound} ${value}: ${actual}, ${met ? "met" : "MISSED"}`;
    }),
    `${machine.cpus} × ${machine.cpu_model}, ${machine.memory_gb} GB, ${machine.os}; Node ${versions.node}, PostgreSQL ${versions.postgres}; seed ${result.seed}`,
  ].join("\n");
}
