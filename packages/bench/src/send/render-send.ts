/** The `send` scenario's result as a table for people. */
import { round } from "../statistics.ts";
import type { SendResult } from "./send-result.ts";

export function renderSend(result: SendResult): string {
  const { checks, machine, versions } = result;
  const rows: [string, string, string][] = [
    ["", "Pipit", "bare relay"],
    ["acknowledged a second", String(result.acked_per_s), String(result.relay_acked_per_s)],
    ["delivered a second", String(result.delivered_per_s), String(result.relay_delivered_per_s)],
    ["acknowledgement p50, ms", String(result.p50_ms), String(result.relay_p50_ms)],
    ["acknowledgement p95, ms", String(result.p95_ms), ""],
    ["acknowledgement p99, ms", String(result.p99_ms), String(result.relay_p99_ms)],
    [`delivery p50 at ${result.paced_per_s}/s, ms`, String(result.paced_p50_ms), ""],
    [`delivery p95 at ${result.paced_per_s}/s, ms`, String(result.paced_p95_ms), ""],
    [`delivery p99 at ${result.paced_per_s}/s, ms`, String(result.paced_p99_ms), ""],
    ["messages a batch", String(result.rows_per_batch), ""],
    [`memory an idle socket of ${result.idle_sockets}, KB`, String(round(result.idle_bytes_per_socket / 1000, 1)), ""],
  ];
  return [
    ...rows.map(([label, server, relay]) => label.padEnd(38) + server.padStart(10) + relay.padStart(12)),
    "",
    `ratio to the relay: ${result.ratio}`,
    `lost ${checks.lost}, repeated ${checks.repeated}, unexpected ${checks.unexpected}, refused ${checks.refused}`,
    ...result.targets.map(({ figure, bound, value, actual, met }) => {
      return `target ${figure} ${bound} ${value}: ${actual}, ${met ? "met" : "MISSED"}`;
    }),
    `${result.sockets} sockets in pairs, ${result.in_flight} in flight each; the load generator was ${round(result.generator_load * 100, 0)} % busy`,
    `${machine.cpus} × ${machine.cpu_model}, ${machine.memory_gb} GB, ${machine.os}; Node ${versions.node}, PostgreSQL ${versions.postgres}, Socket.IO ${versions.socket_io}; seed ${result.seed}`,
  ].join("\n");
}
