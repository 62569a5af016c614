/** What the `nodes` scenario found. */
import { addUsages, sayLimit, type Usage } from "../processes/usage.ts";
import { judge, type Target } from "../report/judge.ts";
import { type Report, roundSummary } from "../report/report.ts";
import { round } from "../statistics.ts";
import type { Layout, Measured, NodesFindings } from "./run-nodes.ts";

const targets: Target[] = [{ figure: "ratio", bound: "at least", value: 1.6 }];

export function toNodesReport(findings: NodesFindings): Report {
  const { options, measured } = findings;
  const { seed, pairs, seconds, rounds, warmupSeconds } = options;
  const usages = { one: usageOf(measured.one), two: usageOf(measured.two) };
  const [one, two] = [rateOf(measured.one), rateOf(measured.two)];
  const figures = {
    acked_per_s_one_node: Math.round(one),
    acked_per_s_two_nodes: Math.round(two),
    ratio: one === 0 ? 0 : round(two / one, 3),
    ...listCosts("one", measured.one, usages.one),
    ...listCosts("two", measured.two, usages.two),
    redis: findings.hasRedis ? 1 : 0,
  };
  return {
    scenario: "nodes",
    options: { pairs, seconds, rounds, warmup: warmupSeconds },
    figures,
    latencies: Object.fromEntries(
      (["one", "two"] as const).flatMap((layout) => {
        const last = measured[layout].at(-1)?.rounds ?? [];
        return last.map((found, index) => [
          `acknowledgement, nodes: ${layout}, generator ${index + 1}`,
          roundSummary(found.ackLatency),
        ]);
      }),
    ),
    checks: addUp([...measured.one, ...measured.two]),
    targets: judge(targets, figures),
    stopped_by: `with one node ${sayLimit(usages.one)}; with two ${sayLimit(usages.two)}`,
    method:
      "two generators, each with half of the users; rounds with one node and with two in turn; where both layouts keep the whole machine busy, the ratio is of the machine, and the processor time for a message is what to look at",
    machine: findings.machine,
    versions: findings.versions,
    seed,
  };
}

/** Processor time for each message of a round, its warm-up included. */
function listCosts(layout: Layout, measured: readonly Measured[], { used }: Usage): Record<string, number | null> {
  const messages = measured.reduce((sum, { rounds }) => sum + rounds.reduce((total, { acked }) => total + acked, 0), 0);
  const each = (names: readonly string[]): number | null => {
    const seconds = names.reduce<number | null>((sum, name) => {
      const own = name in used ? (used[name] ?? null) : 0;
      return sum === null || own === null ? null : sum + own;
    }, 0);
    return seconds === null || messages === 0 ? null : round((1e6 * seconds) / messages, 1);
  };
  return {
    [`nodes_us_per_message_${layout}`]: each(["first node", "second node"]),
    [`database_us_per_message_${layout}`]: each(["database"]),
    [`redis_us_per_message_${layout}`]: each(["redis"]),
    [`generator_us_per_message_${layout}`]: each(["first generator", "second generator"]),
  };
}

function usageOf(measured: readonly Measured[]): Usage {
  return addUsages(measured.map(({ usage }) => usage));
}

function rateOf(measured: readonly Measured[]): number {
  const rates = measured.map(({ rounds }) => rounds.reduce((sum, { ackedPerSecond }) => sum + ackedPerSecond, 0));
  return rates.reduce((sum, rate) => sum + rate, 0) / Math.max(1, rates.length);
}

function addUp(measured: readonly Measured[]): Record<string, number> {
  const all = measured.flatMap(({ rounds }) => rounds);
  const sum = (name: "lost" | "repeated" | "unexpected" | "refused") =>
    all.reduce((total, one) => total + one[name], 0);
  return { lost: sum("lost"), repeated: sum("repeated"), unexpected: sum("unexpected"), refused: sum("refused") };
}
