/** Checks, from what every socket heard, that nobody heard of the room what was not for them, and nobody was left out. */
import type { Fact } from "./facts.ts";

/**
 * A member stays all the time, a guest comes and goes, an outsider never belongs. What is done is done over an `acting`
 * socket, which is answered instead of told; its user's other devices are a `sender`'s.
 */
export type Role = "member" | "sender" | "acting" | "guest" | "outsider";

/** What one socket heard of the room, in that order. */
export type Heard = { userId: string; role: Role; facts: readonly Fact[] };

/** `gaps` are events that a socket did not hear, and can see that it did not: it has heard a later change. */
export type Verdict = { breaches: string[]; gaps: number };

/** Changes from the first of a membership up to the one that ended it, which is not included. */
type Period = { from: number; to: number };

type Truth = {
  /** What all members were told, by change. */
  shared: Fact[];
  /** By user; who is not in it neither came nor went. */
  periods: Map<string, Period[]>;
  /** The changes of messages, by their sequences. */
  changes: Map<number, number>;
};

const sharedEvents = ["message:receive", "group:updated", "group:joined", "group:left", "message:seen:update"];
const always: Period[] = [{ from: 0, to: Number.POSITIVE_INFINITY }];

/**
 * That a removed user heard something is judged by its change and by the order at their socket, not by the time: an
 * event from before the removal may arrive after its answer, and does no harm.
 */
export function checkHeard(heard: readonly Heard[]): Verdict {
  const truth = toTruth(heard);
  const verdicts = heard.map((one) => checkOne(one, truth));
  return {
    breaches: verdicts.flatMap(({ breaches }) => breaches),
    gaps: verdicts.reduce((sum, { gaps }) => sum + gaps, 0),
  };
}

/** What at least one of those who belong to the room heard, each once, in the order of the changes. */
export function listShared(heard: readonly Heard[]): Fact[] {
  const all = new Map<string, Fact>();
  for (const { role, facts } of heard) {
    if (role === "outsider") continue;
    for (const fact of facts) if (sharedEvents.includes(fact.event)) all.set(toKey(fact), fact);
  }
  return [...all.values()].sort((a, b) => (a.change ?? 0) - (b.change ?? 0));
}

function toTruth(heard: readonly Heard[]): Truth {
  const shared = listShared(heard);
  const periods = new Map<string, Period[]>();
  const changes = new Map<number, number>();
  for (const { event, userId = "", change = 0, sequence = 0 } of shared) {
    const own = periods.get(userId) ?? [];
    if (event === "message:receive") changes.set(sequence, change);
    else if (event === "group:joined") periods.set(userId, [...own, { from: change, to: Number.POSITIVE_INFINITY }]);
    else if (event === "group:left") {
      const last = own.at(-1);
      if (last) last.to = change;
    }
  }
  return { shared, periods, changes };
}

function checkOne(heard: Heard, truth: Truth): Verdict {
  if (heard.role === "outsider") {
    return { breaches: heard.facts.map((fact) => `${describe(heard, fact)}, an outsider`), gaps: 0 };
  }
  const periods = heard.role === "guest" ? (truth.periods.get(heard.userId) ?? []) : always;
  const missing = heard.role === "acting" ? { breaches: [], gaps: 0 } : checkMissing(heard, periods, truth);
  return { ...missing, breaches: [...checkEntitled(heard, periods, truth), ...missing.breaches] };
}

/** What came that should not have: not theirs, not any more, or twice. */
function checkEntitled(heard: Heard, periods: readonly Period[], truth: Truth): string[] {
  const breaches: string[] = [];
  const keys = new Set<string>();
  let isIn = heard.role !== "guest";
  for (const fact of heard.facts) {
    const change = fact.change ?? truth.changes.get(fact.sequence ?? 0);
    if (fact.event === "room:created") isIn = true;
    const period = periods.find(({ from, to }) => change !== undefined && from <= change && change < to);
    const complaint = complain(heard, fact, isIn, period, change);
    if (complaint !== undefined) breaches.push(`${describe(heard, fact)}, ${complaint}`);
    if (fact.event === "group:removed") isIn = false;
    else if (keys.has(toKey(fact))) breaches.push(`${describe(heard, fact)} twice`);
    keys.add(toKey(fact));
  }
  return breaches;
}

function complain(
  { role }: Heard,
  fact: Fact,
  isIn: boolean,
  period: Period | undefined,
  change: number | undefined,
): string | undefined {
  if (!isIn) return "after their removal or before they were added";
  if (fact.event === "group:removed") return role === "guest" ? undefined : "who was not removed";
  if (period === undefined) return "while they were not a member";
  if (fact.event === "room:created") return change === period.from ? undefined : "which is not what they joined by";
  if (fact.event === "notification:mention") {
    return role === "sender" || role === "acting" ? "who had sent it" : undefined;
  }
  return sharedEvents.includes(fact.event) ? undefined : "which nobody was to be told";
}

/** What did not come that should have. A mention and a removal are told once more by nothing else. */
function checkMissing(heard: Heard, periods: readonly Period[], truth: Truth): Verdict {
  const keys = new Set(heard.facts.map(toKey));
  const breaches: string[] = [];
  let gaps = 0;
  for (const period of periods) {
    const own = truth.shared.filter(({ change = 0 }) => period.from <= change && change < period.to);
    const last = own.findLastIndex((fact) => keys.has(toKey(fact)));
    for (const [index, fact] of own.entries()) {
      if (!keys.has(toKey(fact)) && !isOwnReceipt(heard, fact)) {
        if (index < last) gaps += 1;
        else breaches.push(`${heard.userId} cannot know that ${fact.event} of change ${fact.change} is missing`);
      }
      if (isMention(fact) && heard.role !== "sender" && !keys.has(`notification:mention ${fact.sequence}`)) {
        breaches.push(`${heard.userId} was not notified of the mention ${fact.sequence}`);
      }
    }
  }
  return { breaches: [...breaches, ...checkRemovals(heard, periods)], gaps };
}

function checkRemovals(heard: Heard, periods: readonly Period[]): string[] {
  const removals = periods.filter(({ to }) => Number.isFinite(to)).length;
  const count = heard.facts.filter(({ event }) => event === "group:removed").length;
  return count === removals ? [] : [`${heard.userId} was told ${count} times of ${removals} removals`];
}

// Who reads is answered, and not told at the same socket.
function isOwnReceipt({ userId }: Heard, fact: Fact): boolean {
  return fact.event === "message:seen:update" && fact.userId === userId;
}

function isMention(fact: Fact): boolean {
  return fact.event === "message:receive" && fact.of === "mention";
}

function toKey({ event, change, sequence }: Fact): string {
  return `${event} ${event === "notification:mention" ? sequence : change}`;
}

function describe({ userId }: Heard, { event, change, sequence }: Fact): string {
  const place =
    change === undefined ? (sequence === undefined ? "" : ` of message ${sequence}`) : ` of change ${change}`;
  return `${event}${place} reached ${userId}`;
}
