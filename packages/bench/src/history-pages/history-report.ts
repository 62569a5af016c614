/** What the `history` scenario found. */
import { addUsages, sayLimit } from "../processes/usage.ts";
import { judge, type Target } from "../report/judge.ts";
import { type Report, roundSummary } from "../report/report.ts";
import { round, type Summary } from "../statistics.ts";
import { type Kind, kinds } from "./ask-pages.ts";
import { type Size, sizes } from "./fill-sites.ts";
import type { HistoryFindings, Sent } from "./run-history.ts";

const targets: Target[] = [
  { figure: "newest_ratio_p50", bound: "at most", value: 1.5 },
  { figure: "deep_ratio_p50", bound: "at most", value: 1.5 },
  { figure: "unread_ratio_p50", bound: "at most", value: 1.5 },
  { figure: "list_p99_ms", bound: "at most", value: 50 },
  { figure: "send_cost_ratio", bound: "at most", value: 1.2 },
];

export function toHistoryReport(findings: HistoryFindings): Report {
  const { options, pages, sent, fillSeconds, asking } = findings;
  const { small, large } = options.sizes;
  const of = (size: Size, kind: Kind): Summary => pages[size][kind].summarize();
  const ratio = (kind: Kind): number => round(of("large", kind).p50 / of("small", kind).p50, 3);
  const [cheap, dear] = [toCost(sent.small), toCost(sent.large)];
  const figures = {
    newest_ratio_p50: ratio("newest"),
    deep_ratio_p50: ratio("deep"),
    unread_ratio_p50: ratio("unread"),
    list_p99_ms: round(Math.max(of("small", "list").p99, of("large", "list").p99), 2),
    sent_per_s_few_rooms: toRate(sent.small),
    sent_per_s_many_rooms: toRate(sent.large),
    processor_us_per_message_few_rooms: cheap,
    processor_us_per_message_many_rooms: dear,
    send_cost_ratio: cheap === null || dear === null ? null : round(dear / cheap, 3),
    fill_small_s: round(fillSeconds.small, 1),
    fill_large_s: round(fillSeconds.large, 1),
  };
  const latencies = kinds.flatMap((kind) =>
    sizes.map((size) => [`${kind}, ${size}`, roundSummary(of(size, kind))] as const),
  );
  const last = sizes.map((size) => [`acknowledgement, ${size}`, lastLatency(sent[size])] as const);
  return {
    scenario: "history",
    options: {
      messages: large.messages,
      "short-messages": small.messages,
      rooms: large.rooms,
      "few-rooms": small.rooms,
      listed: large.listed,
      repeats: options.repeats,
      "send-seconds": options.sendSeconds,
      rounds: options.rounds,
    },
    figures,
    latencies: Object.fromEntries([...latencies, ...last]),
    checks: addUp([...sent.small, ...sent.large]),
    targets: judge(targets, figures),
    stopped_by: `sending to few rooms ${sayLimit(usageOf(sent.small))}; to many ${sayLimit(usageOf(sent.large))}; asking for pages ${sayLimit(asking)}`,
    method:
      "two servers, each with a PostgreSQL of its own, in turn; each page is checked; times at a socket (of the list: over REST) on the same machine; the cost of a send is the processor time of server and PostgreSQL, the same thousand rooms being written to, spread over all there are",
    machine: findings.machine,
    versions: findings.versions,
    seed: options.seed,
  };
}

function usageOf(sent: readonly Sent[]) {
  return addUsages(sent.map(({ usage }) => usage));
}

/** Microseconds of processors for a message. */
function toCost(sent: readonly Sent[]): number | null {
  const { used } = usageOf(sent);
  const [server, database] = [used.server, used.database];
  const messages = sent.reduce((sum, one) => sum + one.round.acked, 0);
  return server == null || database == null || messages === 0 ? null : round((1e6 * (server + database)) / messages, 1);
}

function toRate(sent: readonly Sent[]): number {
  return Math.round(sent.reduce((sum, one) => sum + one.round.ackedPerSecond, 0) / Math.max(1, sent.length));
}

function lastLatency(sent: readonly Sent[]): Summary {
  return roundSummary(sent.at(-1)?.round.ackLatency ?? { count: 0, p50: 0, p95: 0, p99: 0, max: 0 });
}

function addUp(sent: readonly Sent[]): Record<string, number> {
  const sum = (name: "lost" | "repeated" | "unexpected" | "refused") =>
    sent.reduce((total, one) => total + one.round[name], 0);
  return { lost: sum("lost"), repeated: sum("repeated"), unexpected: sum("unexpected"), refused: sum("refused") };
}
