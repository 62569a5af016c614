/** What the `group` scenario found, in the names of its JSON output. */
import type { Machine, Versions } from "../machine.ts";
import { round, Samples } from "../statistics.ts";
import { checkHeard, type Heard, listShared } from "./check-heard.ts";
import type { Fact } from "./facts.ts";
import type { Findings } from "./run-group.ts";
import { type Kind, kinds, type UsedFor } from "./stopwatch.ts";

const maxP99Ms = 100;
/** Of very many breaches, so many are named. */
const shownBreaches = 20;

type Times = { p50: number; p95: number; p99: number; max: number };

export type KindResult = {
  count: number;
  /** From the request's leaving to its answer's parsing. */
  answered_ms: Times;
  /** From the same to the last socket's having the message of it; null for what is told to nobody. */
  heard_ms: Times | null;
  /** Events at all sockets. */
  delivered: number;
  /** On average, what a busy machine does not change; null for `info_next`, which is in `info`, and if not known. */
  server_processor_ms: number | null;
  database_processor_ms: number | null;
};

export type GroupResult = {
  scenario: "group";
  members: number;
  guests: number;
  rounds: number;
  sockets: { members: number; guests: number; outsiders: number };
  kinds: Record<Kind, KindResult>;
  /** Events of which it was checked, one by one, that the socket was entitled to them; warm-ups included. */
  checked_events: number;
  breaches: number;
  first_breaches: string[];
  /** Events that a socket missed and can see that it did. */
  gaps: number;
  lost_sockets: number;
  wrong_answers: string[];
  method: string;
  targets: { figure: string; bound: "at most"; value: number; actual: number; met: boolean }[];
  load: { before: number; after: number };
  machine: Machine;
  versions: Versions;
  seed: number;
};

export function toGroupResult(findings: Findings, seed: number): GroupResult {
  const { options, heard } = findings;
  const { breaches, gaps } = checkHeard(heard);
  const timed = listTold(heard, findings.timedFrom);
  const byKind = kinds.map((kind) => [kind, toKind(kind, findings, timed)] as const);
  const results = Object.fromEntries(byKind) as GroupResult["kinds"];
  return {
    scenario: "group",
    members: options.members,
    guests: options.guests,
    rounds: options.rounds,
    sockets: options.online,
    kinds: results,
    checked_events: heard.reduce((sum, { facts }) => sum + facts.length, 0),
    breaches: breaches.length,
    first_breaches: breaches.slice(0, shownBreaches),
    gaps,
    lost_sockets: findings.lost,
    wrong_answers: [...new Set([...findings.complaints, ...checkCounts(results)])],
    method: `each as soon as the one before it was answered; times at a socket (remove: REST) on the same machine, in the process that also runs all sockets: no less than the server's; ${options.warmUps} rounds before are checked and not timed`,
    targets: byKind.map(([kind, { answered_ms }]) => toTarget(`${kind}.answered_ms.p99`, answered_ms.p99)),
    load: { before: round(findings.load.before, 1), after: round(findings.load.after, 1) },
    machine: findings.machine,
    versions: findings.versions,
    seed,
  };
}

/** What was wrong, one sentence each. */
export function listComplaints(result: GroupResult): string[] {
  const unnamed = result.breaches - result.first_breaches.length;
  const missed = result.targets.filter(({ met }) => !met);
  return [
    ...result.first_breaches,
    ...(unnamed > 0 ? [`and ${unnamed} breaches more`] : []),
    ...result.wrong_answers,
    ...(result.lost_sockets > 0 ? [`${result.lost_sockets} connections ended`] : []),
    ...missed.map(({ figure, bound, value, actual }) => `${figure} is ${actual}, not ${bound} ${value}`),
  ];
}

type ToldOf = { all: Set<Fact>; shared: Fact[] };

function listTold(heard: readonly Heard[], from: number): ToldOf {
  const all = heard.flatMap(({ facts }) => facts.filter(({ firstAt }) => firstAt >= from));
  return { all: new Set(all), shared: listShared(heard).filter(({ firstAt }) => firstAt >= from) };
}

function toKind(kind: Kind, { done, used }: Findings, told: ToldOf): KindResult {
  const own = done.filter((one) => one.kind === kind);
  // All is done by one, in turn: the first operation is the one that made the first message.
  const messages = told.shared.filter(({ event, of }) => event === "message:receive" && of === kind);
  const delivered = [...told.all].filter(({ of }) => of === kind).reduce((sum, { heard }) => sum + heard, 0);
  const heard = messages.flatMap(({ lastAt }, index) => {
    const startedAt = own[index]?.startedAt;
    return startedAt === undefined ? [] : [lastAt - startedAt];
  });
  return {
    count: own.length,
    answered_ms: toTimes(own.map(({ ms }) => ms)),
    heard_ms: messages.length === own.length ? toTimes(heard) : null,
    delivered,
    server_processor_ms: toMeanMs(used, kind, own.length, "server"),
    database_processor_ms: toMeanMs(used, kind, own.length, "database"),
  };
}

function toMeanMs(used: readonly UsedFor[], kind: Kind, count: number, of: "server" | "database"): number | null {
  const own = used.filter((one) => one.kind === kind);
  if (own.length === 0) return null;
  return round((1000 * own.reduce((sum, one) => sum + one[of], 0)) / Math.max(1, count), 1);
}

/** What is told by a message has to be told each time that it is done. */
function checkCounts(results: GroupResult["kinds"]): string[] {
  const told: Kind[] = ["rename", "add", "mention", "remove"];
  return told.flatMap((kind) => (results[kind].heard_ms === null ? [`not each ${kind} was told by one message`] : []));
}

function toTarget(figure: string, actual: number): GroupResult["targets"][number] {
  return { figure, bound: "at most", value: maxP99Ms, actual, met: actual <= maxP99Ms };
}

function toTimes(values: readonly number[]): Times {
  const samples = new Samples();
  for (const value of values) samples.add(value);
  const { p50, p95, p99, max } = samples.summarize();
  return { p50: round(p50, 1), p95: round(p95, 1), p99: round(p99, 1), max: round(max, 1) };
}
