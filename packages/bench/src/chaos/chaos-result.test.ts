import { expect, test } from "vitest";
import { toChaosResult } from "./chaos-result.ts";
import { renderChaos } from "./render-chaos.ts";

type Found = Parameters<typeof toChaosResult>[0];

const well: Found = {
  name: "node-kill",
  options: { minutes: 1, nodes: 3, clients: 4, rate: 10, every: 30, secondMs: 1000, backWithinMs: 6000, seed: 1 },
  rooms: 2,
  faults: 1,
  machine: { cpus: 2, cpu_model: "a processor", memory_gb: 8, os: "Linux", arch: "x64" },
  versions: { pipit: "0.1.0", node: "24.0.0", socket_io: "4", ws: "8", postgres: "18", redis: "7.0.15" },
  healing: { stuck: [], settledMs: 10, probedMs: 20, probes: 2, repeatedProbes: 0 },
  verdict: { problems: [], rooms: 2, messages: 9, devices: 4 },
  counts: {
    messages: 9,
    attempts: 10,
    acknowledged: 9,
    failed: 0,
    unknown: 1,
    never_acknowledged: 0,
    edits: 0,
    deletions: 0,
    recoveries: [
      { node: 1, lostAt: 1_010, backAt: 2_000, reason: "" },
      { node: 2, lostAt: 1_020, backAt: 9_000, reason: "" },
    ],
    problems: [],
    load: 0.1,
    residentBytes: 2 ** 27,
  },
  strikes: [{ kind: "kill", node: 1, at: 1_000 }],
  problems: [],
  figures: [],
};

test("a run in which all was well has no problem, and tells how soon clients of a killed node were back", () => {
  const result = toChaosResult(well);
  expect(result.problems).toEqual([]);
  expect(result.back_after_kill_ms).toEqual({ count: 1, p50: 1_000, p95: 1_000, max: 1_000 });
  expect(renderChaos(result)).toContain("nobody is stuck");
});

test("a stuck client, a refusal, what the check and the fault found, and clients that are late are problems", () => {
  const ill: Found = {
    ...well,
    healing: { ...well.healing, stuck: ["ada is not connected"], settledMs: null },
    counts: { ...well.counts, problems: ["a send was refused"] },
    verdict: { ...well.verdict, problems: ["c-1 of ada was acknowledged and is lost"] },
    problems: ["node 1 grew"],
    strikes: [{ kind: "kill", node: 2, at: 1_000 }],
  };
  const result = toChaosResult(ill);
  expect(result.problems).toEqual([
    "node 1 grew",
    "stuck: ada is not connected",
    "a send was refused",
    "c-1 of ada was acknowledged and is lost",
    "of the clients of killed nodes, 95 % were back after 8000 ms only, not 6000",
  ]);
  expect(renderChaos(result)).toContain("5 problems:");
});

test("a drain that sends many clients away at once is a problem", () => {
  const recoveries = Array.from({ length: 150 }, (_, place) => ({
    node: 0,
    lostAt: 1_000 + place,
    backAt: 3_000,
    reason: "server_draining",
  }));
  const drained: Found = {
    ...well,
    counts: { ...well.counts, recoveries },
    strikes: [{ kind: "drain", node: 0, at: 900 }],
  };
  const result = toChaosResult(drained);
  expect(result.drains).toEqual([{ node: 0, clients: 150, spread_ms: 149 }]);
  expect(result.problems).toEqual(["node 0 sent 150 clients away within 149 ms"]);
});
