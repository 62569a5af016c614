import { expect, test } from "vitest";
import { runChaos } from "./chaos/run-chaos.ts";
import { chaosScenarios } from "./chaos/scenarios.ts";
import { withScope } from "./processes/scope.ts";

const seed = 7;
// How soon clients are back is measured on a machine that does nothing else.
const backWithinMs = 60_000;
const options = { minutes: 5 / 60, nodes: 2, clients: 30, rate: 40, every: 20, secondMs: 300, backWithinMs, seed };

test("[G1][G2][G3][G5] a node that is killed under load loses nothing and leaves nobody behind", async () => {
  const startedAt = performance.now();
  const lines = [`seed ${seed}`];
  const scenario = chaosScenarios["node-kill"];
  if (!scenario) throw new Error("there is no such scenario");
  const result = await withScope((scope) =>
    runChaos(scope, "node-kill", scenario, options, (line) =>
      lines.push(`${Math.round(performance.now() - startedAt)} ms: ${line}`),
    ),
  );
  expect(result.problems, lines.join("\n")).toEqual([]);
  // Otherwise nothing was put to the test.
  expect(result.faults).toBeGreaterThan(0);
  expect(result.sends.acknowledged).toBeGreaterThan(100);
  expect(result.back_after_kill_ms?.count).toBeGreaterThan(5);
}, 120_000);
