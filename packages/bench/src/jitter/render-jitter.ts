/** The `jitter` scenario's result as a table for people. */
import type { JitterResult, KindResult, PhaseResult } from "./jitter-result.ts";

const rows: [string, (kind: KindResult) => number][] = [
  ["devices", (kind) => kind.devices],
  ["cuts", (kind) => kind.cuts],
  ["messages expected", (kind) => kind.expected],
  ["delivered, %", (kind) => kind.delivered_percent],
  ["there twice", (kind) => kind.repeated],
  ["out of order", (kind) => kind.misplaced],
  ["twice over the wire", (kind) => kind.repeated_on_wire],
  ["replays", (kind) => kind.replay_ms.count],
  ["replay p50, ms", (kind) => kind.replay_ms.p50],
  ["replay p95, ms", (kind) => kind.replay_ms.p95],
  ["replay p99, ms", (kind) => kind.replay_ms.p99],
  ["replay max, ms", (kind) => kind.replay_ms.max],
  ["from the link's return p50, ms", (kind) => kind.recovery_ms.p50],
  ["from the link's return p99, ms", (kind) => kind.recovery_ms.p99],
];

export function renderJitter(result: JitterResult): string {
  const { kinds, phases, machine, versions } = result;
  const columns = [kinds.sdk, kinds.light, kinds.plain];
  return [
    toRow(`${result.messages} messages at ${result.per_second}/s to each room`, ["SDK", "light", "plain"]),
    ...rows.map(([label, of]) =>
      toRow(
        label,
        columns.map((kind) => String(of(kind))),
      ),
    ),
    "",
    renderPhase("SDK", phases.sdk),
    renderPhase("light and plain", phases.light),
    `each connection cut every ${result.cut_every_s} s for ${result.cut_for_s} s, refused in between`,
    ...result.targets.map(({ figure, bound, value, actual, met }) => {
      return `target ${figure} ${bound} ${value}: ${actual}, ${met ? "met" : "MISSED"}`;
    }),
    `${machine.cpus} × ${machine.cpu_model}, ${machine.memory_gb} GB, ${machine.os}; Node ${versions.node}, PostgreSQL ${versions.postgres}, Socket.IO ${versions.socket_io}; seed ${result.seed}`,
  ].join("\n");
}

function renderPhase(name: string, phase: PhaseResult): string {
  const { before, after, peak } = phase.server_mb;
  const cores = phase.server_cores === null ? "" : ` used ${phase.server_cores} processors and`;
  return [
    `${name}: ${phase.rooms} rooms, ${phase.seconds} s, and ${phase.settled_ms} ms until all was there`,
    `; the server${cores} grew from ${before} to ${after} MB (at most ${peak}), its processor ran for ${phase.server_processor_s ?? "?"} s`,
    `; the devices were ${Math.round(phase.devices_load * 100)} % busy, their processors ran for ${phase.devices_processor_s} s`,
  ].join("");
}

function toRow(label: string, cells: string[]): string {
  return label.padEnd(44) + cells.map((cell) => cell.padStart(12)).join("");
}
