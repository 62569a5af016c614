import { expect, test } from "vitest";
import type { Round } from "../load/orders.ts";
import { renderSend } from "./render-send.ts";
import { type Findings, isClean, toSendResult } from "./send-result.ts";

const latency = { count: 10, p50: 1, p95: 2, p99: 3, max: 4 };

function round(perSecond: number, change: Partial<Round> = {}): Round {
  return {
    sent: 10,
    acked: 10,
    delivered: 10,
    refused: 0,
    lost: 0,
    repeated: 0,
    unexpected: 0,
    firstRefusal: null,
    ackedPerSecond: perSecond,
    deliveredPerSecond: perSecond,
    generatorLoad: 0.4,
    ackLatency: latency,
    deliveryLatency: latency,
    ...change,
  };
}

function findings(change: Partial<Findings> = {}): Findings {
  return {
    seed: 1,
    sockets: 200,
    inFlight: 8,
    server: [round(10_000), round(14_000)],
    relay: [round(20_000), round(20_000)],
    paced: round(500),
    pacedPerSecond: 500,
    rowsPerBatch: 61.26,
    idle: { sockets: 5000, bytesPerSocket: 30_000.4, settleSeconds: 5 },
    machine: { cpus: 2, cpu_model: "A", memory_gb: 4, os: "Linux", arch: "x64" },
    versions: { pipit: "0.1.0", node: "24", socket_io: "4", ws: "8", postgres: "18" },
    ...change,
  };
}

test("rates are means over the rounds, and the ratio is taken of them", () => {
  expect(toSendResult(findings())).toMatchObject({
    scenario: "send",
    acked_per_s: 12_000,
    relay_acked_per_s: 20_000,
    ratio: 0.6,
    p99_ms: 3,
    paced_p99_ms: 3,
    rows_per_batch: 61.3,
    idle_bytes_per_socket: 30_000,
    rounds: [
      { acked_per_s: 10_000, relay_acked_per_s: 20_000 },
      { acked_per_s: 14_000, relay_acked_per_s: 20_000 },
    ],
  });
});

test("a target that is missed is said to be, in both forms of the result", () => {
  const quick = toSendResult(findings({ server: [round(15_000)] }));
  expect(quick.targets.map(({ met }) => met)).toEqual([true, true, true]);
  const slow = toSendResult(findings({ server: [round(14_000)] }));
  expect(slow.targets[0]).toMatchObject({ figure: "ratio", value: 0.75, actual: 0.7, met: false });
  expect(renderSend(slow)).toContain("target ratio at least 0.75: 0.7, MISSED");
});

test("one lost message in one round makes a run unclean, and so does one in the paced part", () => {
  expect(isClean(toSendResult(findings()))).toBe(true);
  expect(isClean(toSendResult(findings({ server: [round(1), round(1, { lost: 1 })] })))).toBe(false);
  expect(isClean(toSendResult(findings({ paced: round(1, { refused: 1 }) })))).toBe(false);
});
