/** The whole run: requests, frames and polling on a server without limits, and a tenth of it once more with them on. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { listOperations } from "@pipit/protocol/operations";
import { describeMachine, type Machine } from "../machine.ts";
import { findFreePort } from "../processes/free-port.ts";
import type { Scope } from "../processes/scope.ts";
import { makeTempFolder } from "../processes/temp-folder.ts";
import { findGrowth } from "./find-growth.ts";
import { busy } from "./judge-reply.ts";
import { runFrames } from "./run-frames.ts";
import { runPolling } from "./run-polling.ts";
import { runRequests } from "./run-requests.ts";
import { type Problem, Tally } from "./tally.ts";
import { type Level, startWatched, type WatchedServer } from "./watched-server.ts";
import { World } from "./world.ts";

const warmupShare = 0.1;
const limitedShare = 0.1;
const longRestMs = 60_000;
const busyShare = 0.005;
const tellEveryMs = 60_000;

export type FuzzOptions = {
  seed: number;
  requests: number;
  frames: number;
  /** Requests of the long-polling transport. Sessions that break off there are only missed by their next ping. */
  polling: number;
  /** Whether a tenth is sent once more to a server that limits callers; another start of it takes a while. */
  isLimitedToo: boolean;
};

type PhaseResult = {
  phase: string;
  seconds: number;
  sent: number;
  by_kind: Record<string, number>;
  by_answer: Record<string, number>;
  problem_count: number;
};

export type FuzzResult = {
  program: "fuzz";
  seed: number;
  requests: number;
  frames: number;
  polling: number;
  phases: PhaseResult[];
  /** Operations of the table that no request and no event has carried out. */
  never_done: string[];
  operations_done: number;
  after_warmup: Level;
  at_the_end: Level;
  warnings: Record<string, { times: number; first: string }>;
  problems: Problem[];
  /** Sentences; a run that was right has none. */
  complaints: string[];
  machine: Machine;
};

type Run = { options: FuzzOptions; progress(text: string): void; phases: PhaseResult[]; tallies: Tally[] };

/** Starts what it needs; the scope ends it. */
export async function runFuzz(
  scope: Scope,
  options: FuzzOptions,
  progress: (text: string) => void,
): Promise<FuzzResult> {
  const run: Run = { options, progress, phases: [], tallies: [] };
  const dataDir = join(await makeTempFolder(scope), "data");
  const port = await findFreePort();
  progress("starting the server");
  const open = await startWatched(scope, { dataDir, port });
  const world = await World.create(open.url);
  await fuzz(run, "warm-up", open, world, warmupShare, 0);
  const afterWarmup = await open.rest();
  await fuzz(run, "without limits", open, world, 1 - warmupShare, 1);
  const atTheEnd = await restLonger(open, afterWarmup);
  await open.stop();
  const servers = [open];
  if (options.isLimitedToo) servers.push(await fuzzLimited(scope, run, world, { dataDir, port }));
  return sumUp(run, { afterWarmup, atTheEnd }, servers);
}

/** What is held a while longer, as timers of connections that broke off are, is no leak. */
async function restLonger(server: WatchedServer, before: Level): Promise<Level> {
  const level = await server.rest();
  if (findGrowth(before, level).length === 0) return level;
  await sleep(longRestMs);
  return await server.rest();
}

async function fuzzLimited(
  scope: Scope,
  run: Run,
  world: World,
  place: { dataDir: string; port: number },
): Promise<WatchedServer> {
  run.progress("starting the server again, with limits");
  const server = await startWatched(scope, { ...place, settings: { PIPIT_RATE_LIMITS: "on" } });
  await fuzz(run, "with limits", server, world, limitedShare, 2);
  await server.rest();
  await server.stop();
  return server;
}

async function fuzz(
  run: Run,
  phase: string,
  server: WatchedServer,
  world: World,
  share: number,
  number: number,
): Promise<void> {
  const { requests, frames, polling } = run.options;
  const isFurnished = phase !== "with limits";
  const common = { url: server.url, world, seed: run.options.seed + number * 1_000_003, isFurnished };
  const parts = [
    { name: "requests", count: requests, start: runRequests },
    { name: "frames", count: frames, start: runFrames },
    { name: "polling", count: polling, start: runPolling },
  ];
  for (const { name, count, start } of parts) {
    const tally = new Tally();
    const startedAt = performance.now();
    const timer = setInterval(() => run.progress(`${name}, ${phase}: ${tally.sent} so far`), tellEveryMs);
    try {
      await start({ ...common, count: Math.ceil(count * share) }, tally);
    } finally {
      clearInterval(timer);
    }
    const seconds = (performance.now() - startedAt) / 1000;
    run.tallies.push(tally);
    run.phases.push(toPhase(`${name}, ${phase}`, seconds, tally));
    run.progress(`${name}, ${phase}: ${tally.sent} in ${seconds.toFixed(0)} s, ${tally.problemCount} problems`);
  }
}

function toPhase(phase: string, seconds: number, tally: Tally): PhaseResult {
  return {
    phase,
    seconds: Math.round(seconds * 10) / 10,
    sent: tally.sent,
    by_kind: Object.fromEntries(tally.kinds),
    by_answer: Object.fromEntries([...tally.codes].sort(([, one], [, other]) => other - one)),
    problem_count: tally.problemCount,
  };
}

function sumUp(
  { options, phases, tallies }: Run,
  { afterWarmup, atTheEnd }: { afterWarmup: Level; atTheEnd: Level },
  servers: readonly WatchedServer[],
): FuzzResult {
  const done = new Set(tallies.flatMap(({ done: names }) => [...names.keys()]));
  const count = (part: string) =>
    phases.filter(({ phase }) => phase.startsWith(part)).reduce((sum, { sent }) => sum + sent, 0);
  const problems = tallies.flatMap((tally) => tally.problems);
  const warnings = servers.flatMap((server) => [...server.warnings]);
  return {
    program: "fuzz",
    seed: options.seed,
    requests: count("requests"),
    frames: count("frames"),
    polling: count("polling"),
    phases,
    never_done: listNever(done),
    operations_done: done.size,
    after_warmup: afterWarmup,
    at_the_end: atTheEnd,
    warnings: Object.fromEntries(warnings),
    problems,
    complaints: [
      ...servers.flatMap(({ complaints }) => complaints),
      ...phases
        .filter((phase) => phase.problem_count > 0)
        .map(({ phase, problem_count }) => `${phase}: ${problem_count} bad answers`),
      ...listBusy(tallies),
      ...findGrowth(afterWarmup, atTheEnd),
    ],
    machine: describeMachine(),
  };
}

// On a machine with too much to do a few requests wait too long for their room; more than a few is a room that hangs.
function listBusy(tallies: readonly Tally[]): string[] {
  const sum = (read: (tally: Tally) => number): number => tallies.reduce((total, tally) => total + read(tally), 0);
  const [refused, sent] = [sum(({ codes }) => codes.get(busy) ?? 0), sum((tally) => tally.sent)];
  return refused > sent * busyShare ? [`${refused} of ${sent} were refused because a room was busy`] : [];
}

function listNever(done: ReadonlySet<string>): string[] {
  return listOperations().flatMap(({ name }) => (done.has(name) ? [] : [name]));
}
