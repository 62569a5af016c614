/** Kills a server under load, again and again, and checks each time that nothing acknowledged was lost (G1). */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Book } from "../history/book.ts";
import { checkHistory, checkSeen, type Entry } from "../history/check-history.ts";
import { readHistory } from "../history/read-history.ts";
import { inParallel } from "../load/pairs.ts";
import { findFreePort } from "../processes/free-port.ts";
import { type PipitServer, startPipit } from "../processes/pipit-server.ts";
import { killPostmaster } from "../processes/postmaster.ts";
import type { Scope } from "../processes/scope.ts";
import { makeTempFolder } from "../processes/temp-folder.ts";
import { createRandom, type Random } from "../random.ts";
import { Samples, type Summary } from "../statistics.ts";
import { type ChatUser, createGroup } from "../wire/chat-user.ts";
import { Traffic, type TrafficCounts } from "./traffic.ts";

const senders = 8;
const groups = 5;
const loadMs = { min: 100, max: 700 };
/** In every third cycle PostgreSQL dies too. */
const postgresEvery = 3;

export type CrashOptions = { cycles: number; seed: number };

export type CrashReport = TrafficCounts & {
  cycles: number;
  seed: number;
  acked: number;
  stored: number;
  postgresKills: number;
  /** Milliseconds from the start of the program to its being ready, after crashes. */
  recovery: Summary;
  /** Nothing, if the server keeps its promise. The run ends with the cycle that found some. */
  problems: string[];
};

/** A run as it goes on. */
type Run = {
  start(): Promise<PipitServer>;
  dataDir: string;
  random: Random;
  book: Book;
  traffic: Traffic;
  server: PipitServer;
  /** The client that reads histories. */
  reader: ChatUser;
  /** What has been read of each room so far. */
  histories: Map<string, Entry[]>;
  recovery: Samples;
  postgresKills: number;
};

/** Runs all cycles, or as many as it takes to find a problem. @throws {Error} when the server refuses or hangs. */
export async function runCrash(
  scope: Scope,
  { cycles, seed }: CrashOptions,
  progress: (text: string) => void,
): Promise<CrashReport> {
  const run = await begin(scope, seed);
  let problems: string[] = [];
  let cycle = 0;
  try {
    while (cycle < cycles && problems.length === 0) {
      cycle += 1;
      await crash(run, cycle % postgresEvery === 0);
      await recover(run);
      problems = check(run);
      progress(`cycle ${cycle}: ${run.book.acked} acknowledged, ${run.traffic.counts.retried} retried`);
    }
    if (problems.length === 0) problems = await checkAfresh(run);
  } catch (error) {
    throw new Error(`seed ${seed}, cycle ${cycle}: the server printed\n${run.server.output()}`, { cause: error });
  }
  await run.server.stop();
  return { ...sumUp(run), cycles: cycle, seed, problems };
}

async function begin(scope: Scope, seed: number): Promise<Run> {
  const dataDir = join(await makeTempFolder(scope), "data");
  const port = await findFreePort();
  const start = () => startPipit(scope, { port, dataDir });
  const book = new Book();
  const userIds = Array.from({ length: senders }, (_, index) => `crash-${index}`);
  const traffic = new Traffic(book, userIds, seed);
  scope.defer(() => traffic.close());
  const server = await start();
  const reader = await traffic.connect(server.url);
  const histories = new Map<string, Entry[]>();
  for (let number = 1; number <= groups; number += 1) {
    histories.set(await createGroup(reader, `group ${number}`, userIds), []);
  }
  const random = createRandom(seed);
  const recovery = new Samples();
  return { start, dataDir, random, book, traffic, server, reader, histories, recovery, postgresKills: 0 };
}

// Both die at the same moment: a PostgreSQL that lived a little longer would write out what it had only promised.
async function crash(run: Run, killsPostgres: boolean): Promise<void> {
  await run.traffic.run([...run.histories.keys()], async () => {
    await sleep(run.random.between(loadMs.min, loadMs.max));
    const postgres = killsPostgres ? killPostmaster(run.dataDir) : Promise.resolve(false);
    await run.server.kill();
    if (await postgres) run.postgresKills += 1;
  });
}

async function recover(run: Run): Promise<void> {
  const startedAt = performance.now();
  run.server = await run.start();
  run.recovery.add(performance.now() - startedAt);
  run.reader = await run.traffic.connect(run.server.url);
  await run.traffic.retry();
  await readOn(run);
}

async function readOn({ reader, histories }: Run): Promise<void> {
  await inParallel([...histories], async ([roomId, history]) => {
    history.push(...(await readHistory(reader.rest, roomId, history.at(-1)?.sequence_number)));
  });
}

// Once more from the beginning: what was there after an early crash must still be there.
async function checkAfresh(run: Run): Promise<string[]> {
  for (const roomId of run.histories.keys()) run.histories.set(roomId, []);
  await readOn(run);
  return check(run);
}

function check({ book, traffic, histories }: Run): string[] {
  return [...histories].flatMap(([roomId, history]) => [
    ...checkHistory(book.sentTo(roomId), history),
    ...checkSeen(traffic.seen.get(roomId) ?? [], history),
  ]);
}

function sumUp({ traffic, book, histories, recovery, postgresKills }: Run) {
  const stored = [...histories.values()].reduce((sum, history) => sum + history.length, 0);
  return { ...traffic.counts, acked: book.acked, stored, postgresKills, recovery: recovery.summarize() };
}
