/** Tiny runs of the scenarios that share a report: each measures something, and finds nothing wrong. */
import { expect, test } from "vitest";
import { toFanOutReport } from "./fan-out/fan-out-report.ts";
import { runFanOut } from "./fan-out/run-fan-out.ts";
import { toHistoryReport } from "./history-pages/history-report.ts";
import { runHistory } from "./history-pages/run-history.ts";
import { toIdleReport } from "./idle/idle-report.ts";
import { runIdle } from "./idle/run-idle.ts";
import { toLatencyReport } from "./latency/latency-report.ts";
import { runLatency } from "./latency/run-latency.ts";
import { toNodesReport } from "./nodes/nodes-report.ts";
import { runNodes } from "./nodes/run-nodes.ts";
import { joinSite } from "./nodes/start-nodes.ts";
import { toOverloadReport } from "./overload/overload-report.ts";
import { runOverload } from "./overload/run-overload.ts";
import { type Scope, withScope } from "./processes/scope.ts";
import { type Stage, startStage } from "./processes/start-stage.ts";
import { type Report, toOutcome } from "./report/report.ts";
import { runStormScenario } from "./storm/run-storm.ts";
import { toStormReport } from "./storm/storm-report.ts";

const seed = 7;
const quiet = (): void => undefined;

const runs: Record<string, (scope: Scope, stage: Stage) => Promise<Report>> = {
  idle: async (scope, stage) => {
    const options = { seed, sockets: 20, rooms: 3, addresses: 2, settleSeconds: 0.1 };
    return toIdleReport(await runIdle(scope, stage, options, quiet));
  },
  storm: async (_scope, stage) => {
    const options = { seed, sockets: 20, rooms: 3, withinSeconds: 0.1, addresses: 2 };
    return toStormReport(await runStormScenario(stage, options, quiet));
  },
  "fan-out": async (scope, stage) => {
    const options = { seed, members: 10, inFlight: 2, seconds: 0.2, rounds: 1, warmupSeconds: 0 };
    return toFanOutReport(await runFanOut(scope, stage, options, quiet));
  },
  history: async (scope, stage) => {
    const sizes = { small: { messages: 100, rooms: 10, listed: 9 }, large: { messages: 900, rooms: 40, listed: 9 } };
    const options = { seed, sizes, repeats: 2, sendSeconds: 0.2, rounds: 1 };
    return toHistoryReport(await runHistory(scope, { small: stage, large: stage }, stage.generator, options, quiet));
  },
  latency: async (_scope, stage) => {
    const options = { seed, pairs: 4, perSecond: 50, warmupSeconds: 0, seconds: 0.2, peakSeconds: 0.2 };
    return toLatencyReport(await runLatency(stage, options, quiet));
  },
  overload: async (_scope, stage) => {
    const options = { seed, pairs: 4, warmupSeconds: 0, peakSeconds: 0.2, factor: 0.5, seconds: 1, afterSeconds: 0.2 };
    return toOverloadReport(await runOverload(stage, options, quiet));
  },
  nodes: async (scope, stage) => {
    const options = { seed, pairs: 4, seconds: 0.2, rounds: 1, warmupSeconds: 0 };
    return toNodesReport(await runNodes(await joinSite(scope, stage, stage.generator), options, quiet));
  },
};

function check(name: string, report: Report): void {
  const { result, text, complaints } = toOutcome(report);
  expect(complaints, name).toEqual([]);
  expect(result).toMatchObject({ scenario: name, seed, versions: { postgres: "18" } });
  for (const { figure, bound, value } of report.targets) expect(text).toContain(`target ${figure} ${bound} ${value}: `);
  for (const [figure, value] of Object.entries(report.figures)) {
    if (value !== null) expect(Number.isFinite(value), `${figure} of ${name}`).toBe(true);
  }
  // In so short a time a busy machine may leave some rate at nothing; not all of them.
  const rates = Object.entries(report.figures).filter(([figure]) =>
    /_per_(s|message|socket|device)|_a_device/.test(figure),
  );
  expect(
    rates.some(([, value]) => value !== null && value > 0),
    name,
  ).toBe(true);
  for (const [latency, { p50, max }] of Object.entries(report.latencies)) {
    expect(p50, `${latency} of ${name}`).toBeLessThanOrEqual(max);
  }
}

test(`tiny runs of ${Object.keys(runs).join(", ")} are right, and say what they measured`, async () => {
  await withScope(async (scope) => {
    const stage = await startStage(scope);
    for (const [name, run] of Object.entries(runs)) check(name, await run(scope, stage));
  });
}, 120_000);

test("what was wrong in a run is a complaint, and a target that was missed is said", () => {
  const report: Report = {
    scenario: "none",
    options: {},
    figures: { speed: 1 },
    latencies: {},
    checks: { lost: 2, repeated: 0 },
    targets: [{ figure: "speed", bound: "at least", value: 2, actual: 1, met: false }],
    stopped_by: "nothing",
    method: "",
    machine: { cpus: 1, cpu_model: "", memory_gb: 1, os: "", arch: "" },
    versions: { pipit: "", node: "", socket_io: "", ws: "", postgres: "" },
    seed,
  };
  const { text, complaints } = toOutcome(report);
  expect(complaints).toEqual(["lost: 2"]);
  expect(text).toContain("target speed at least 2: 1, MISSED");
});
