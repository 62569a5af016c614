import { expect, test } from "vitest";
import { runCrash } from "./crash/run-crash.ts";
import { withScope } from "./processes/scope.ts";
import { freshSeed } from "./random.ts";

const cycles = 20;

test(`[G1] a server killed ${cycles} times under load has every acknowledged message once, without a gap`, async () => {
  const seed = freshSeed();
  const lines = [`seed ${seed}`];
  const report = await withScope((scope) => runCrash(scope, { cycles, seed }, (text) => lines.push(text)));
  expect(report.problems, lines.join("\n")).toEqual([]);
  expect(report).toMatchObject({ cycles, postgresKills: Math.floor(cycles / 3) });
  // Otherwise nothing was put to the test.
  expect(report.acked).toBeGreaterThan(cycles * 20);
  expect(report.unanswered).toBeGreaterThan(cycles);
}, 300_000);
