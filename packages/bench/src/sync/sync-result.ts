/** What the `sync` scenario found, in the names of its JSON output. */
import type { Machine, Versions } from "../machine.ts";
import { percentile, round } from "../statistics.ts";
import type { CatchUp } from "./catch-up.ts";
import type { Findings, Length } from "./run-sync.ts";

type Times = { p50: number; p99: number; max: number };

export type LengthResult = {
  messages_of_history: number;
  catch_ups: number;
  /** `chats:sync`, the messages of all moved rooms, and both. */
  chats_ms: Times;
  messages_ms: Times;
  total_ms: Times;
  /** Answers, on average; `max` of the sum. */
  chats_bytes: number;
  messages_bytes: number;
  total_bytes: number;
  max_bytes: number;
  request_bytes: number;
  /** Of the server's own process and of PostgreSQL's, on average: what a busy machine does not change. */
  server_processor_ms: number | null;
  database_processor_ms: number | null;
};

export type SyncResult = {
  scenario: "sync";
  rooms: number;
  moved_rooms: number;
  messages_each: number;
  short: LengthResult;
  long: LengthResult;
  /** Long by short. */
  ratio_p50: number;
  ratio_p99: number;
  load_bytes: number;
  method: string;
  targets: { figure: string; bound: "at least" | "at most"; value: number; actual: number; met: boolean }[];
  machine: Machine;
  versions: Versions;
  seed: number;
};

export function toSyncResult(findings: Findings): SyncResult {
  const { options } = findings;
  const [short, long] = [toLength(findings, "short"), toLength(findings, "long")];
  const ratio = round(long.total_ms.p50 / short.total_ms.p50, 3);
  return {
    scenario: "sync",
    rooms: options.rooms,
    moved_rooms: options.movingRooms,
    messages_each: options.messagesEach,
    short,
    long,
    ratio_p50: ratio,
    ratio_p99: round(long.total_ms.p99 / short.total_ms.p99, 3),
    load_bytes: findings.loadBytes,
    method:
      "times from the first request's leaving to the last answer's parsing, at a socket on the same machine: no less than the server's; bytes are the answers' JSON",
    targets: judge(long, short, ratio),
    machine: findings.machine,
    versions: findings.versions,
    seed: options.seed,
  };
}

/** What was wrong, one sentence each. */
export function listComplaints(result: SyncResult, { options, catchUps }: Findings): string[] {
  const wanted = options.movingRooms * options.messagesEach;
  const wrong = [...catchUps.short, ...catchUps.long].filter((one) => one.messages !== wanted);
  const missed = result.targets.filter(({ met }) => !met);
  return [
    ...(wrong.length > 0 ? [`${wrong.length} catch-ups did not bring ${wanted} messages`] : []),
    ...missed.map(({ figure, bound, value, actual }) => `${figure} is ${actual}, not ${bound} ${value}`),
  ];
}

function judge(long: LengthResult, short: LengthResult, ratio: number): SyncResult["targets"] {
  const p99 = Math.max(long.total_ms.p99, short.total_ms.p99);
  const bytes = Math.max(long.max_bytes, short.max_bytes);
  return [
    { figure: "total_ms.p99", bound: "at most", value: 150, actual: p99, met: p99 <= 150 },
    { figure: "max_bytes", bound: "at most", value: 60_000, actual: bytes, met: bytes <= 60_000 },
    { figure: "ratio_p50", bound: "at most", value: 1.2, actual: ratio, met: ratio <= 1.2 },
    { figure: "ratio_p50", bound: "at least", value: 0.8, actual: ratio, met: ratio >= 0.8 },
  ];
}

function toLength({ options, catchUps, used }: Findings, length: Length): LengthResult {
  const own = catchUps[length];
  const chatsBytes = mean(own, (one) => one.chatsBytes);
  const messagesBytes = mean(own, (one) => one.messagesBytes);
  return {
    messages_of_history: options.messages[length],
    catch_ups: own.length,
    chats_ms: toTimes(own.map((one) => one.chatsMs)),
    messages_ms: toTimes(own.map((one) => one.messagesMs)),
    total_ms: toTimes(own.map((one) => one.chatsMs + one.messagesMs)),
    chats_bytes: Math.round(chatsBytes),
    messages_bytes: Math.round(messagesBytes),
    total_bytes: Math.round(chatsBytes + messagesBytes),
    max_bytes: Math.max(...own.map((one) => one.chatsBytes + one.messagesBytes)),
    request_bytes: Math.round(mean(own, (one) => one.requestBytes)),
    server_processor_ms: toMeanMs(used[length].server, own.length),
    database_processor_ms: toMeanMs(used[length].database, own.length),
  };
}

function toMeanMs(seconds: number | undefined, count: number): number | null {
  return seconds === undefined ? null : round((1000 * seconds) / Math.max(1, count), 1);
}

function toTimes(values: number[]): Times {
  const sorted = values.sort((a, b) => a - b);
  const at = (percent: number): number => round(percentile(sorted, percent), 2);
  return { p50: at(50), p99: at(99), max: at(100) };
}

function mean(items: readonly CatchUp[], of: (item: CatchUp) => number): number {
  return items.reduce((total, item) => total + of(item), 0) / Math.max(1, items.length);
}
