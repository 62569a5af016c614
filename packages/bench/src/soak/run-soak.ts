/** A long run at half of what a server can do: does anything grow that should not? */
import { join } from "node:path";
import type { Round } from "../load/orders.ts";
import { describeMachine, type Machine, readVersions, type Versions } from "../machine.ts";
import { findFreePort } from "../processes/free-port.ts";
import { inspectorSetting, openInspector } from "../processes/inspector.ts";
import { type LoadGenerator, startLoadGenerator } from "../processes/load-generator.ts";
import { jwtSecret, startPipit } from "../processes/pipit-server.ts";
import type { Scope } from "../processes/scope.ts";
import { makeTempFolder } from "../processes/temp-folder.ts";
import { createRandom, type Random } from "../random.ts";
import { round } from "../statistics.ts";
import { type Judged, judgeSoak } from "./judge-soak.ts";
import {
  readTables,
  readWalLimit,
  type SoakSample,
  type TableSize,
  takeSample,
  type Watched,
  watchDatabase,
} from "./soak-sample.ts";

const inFlight = 8;
const loadShare = 0.5;
const warmupSeconds = 2;
const target = "server";

export type SoakOptions = {
  seed: number;
  minutes: number;
  sampleSeconds: number;
  pairs: number;
  /** Messages a second; without it, half of what is measured. */
  rate?: number | undefined;
  /** How long capacity is measured. */
  capacitySeconds: number;
};

export type SoakResult = {
  program: "soak";
  seed: number;
  minutes: number;
  sockets: number;
  capacity_per_s: number | null;
  rate_per_s: number;
  sent: number;
  samples: SoakSample[];
  heap_after_collection: number[];
  handles: Record<string, number>;
  tables: TableSize[];
  judged: Judged[];
  checks: { lost: number; repeated: number; unexpected: number; refused: number };
  /** Sentences; a run that was right has none. */
  complaints: string[];
  machine: Machine;
  versions: Versions;
};

type Progress = (text: string) => void;

/** Starts what it needs; the scope ends it. */
export async function runSoak(scope: Scope, options: SoakOptions, progress: Progress): Promise<SoakResult> {
  const dataDir = join(await makeTempFolder(scope), "data");
  const inspectorPort = await findFreePort();
  progress("starting the server and the load generator");
  const settings = inspectorSetting(inspectorPort);
  const server = await startPipit(scope, { port: await findFreePort(), dataDir, settings });
  const generator = await startLoadGenerator(scope);
  const { pairs } = options;
  await generator.order("connect", { target, url: server.url, secret: jwtSecret, pairs, userPrefix: "soak-" });
  const random = createRandom(options.seed);
  const capacity = options.rate === undefined ? await measureCapacity(generator, random, options, progress) : null;
  const rate = options.rate ?? Math.max(Math.floor((capacity ?? 0) * loadShare), 1);
  progress(`${rate} messages a second for ${options.minutes} minutes`);
  const inspector = await openInspector(scope, server, inspectorPort);
  const watched = { server, dataDir, database: await watchDatabase(scope, dataDir) };
  const readHeap = async () => (await inspector.readMemory()).heapBytes;
  const measured = await sampleOn(watched, generator, random, { ...options, rate }, readHeap, progress);
  const judged = judgeSoak(measured.samples, measured.heap, await readWalLimit(watched.database));
  const checks = countWrong(measured.rounds);
  return {
    program: "soak",
    seed: options.seed,
    minutes: options.minutes,
    sockets: pairs * 2,
    capacity_per_s: capacity,
    rate_per_s: rate,
    sent: measured.rounds.reduce((sum, { sent }) => sum + sent, 0),
    samples: measured.samples,
    heap_after_collection: measured.heap,
    handles: (await inspector.readMemory()).handles,
    tables: await readTables(watched.database),
    judged,
    checks,
    complaints: listComplaints(judged, checks),
    machine: describeMachine(),
    versions: await readVersions(dataDir),
  };
}

async function measureCapacity(
  generator: LoadGenerator,
  random: Random,
  { capacitySeconds: seconds }: SoakOptions,
  progress: Progress,
): Promise<number> {
  progress(`measuring what the server can do for ${seconds} s`);
  const idPrefix = makeIdPrefix(random);
  const { ackedPerSecond } = await generator.order("saturate", {
    target,
    idPrefix,
    inFlight,
    warmupSeconds,
    seconds,
    isRecorded: false,
  });
  progress(`${Math.round(ackedPerSecond)} messages a second`);
  return round(ackedPerSecond, 0);
}

async function sampleOn(
  watched: Watched,
  generator: LoadGenerator,
  random: Random,
  { minutes, sampleSeconds, rate }: SoakOptions & { rate: number },
  readHeap: () => Promise<number>,
  progress: Progress,
): Promise<{ samples: SoakSample[]; heap: number[]; rounds: Round[] }> {
  const count = Math.max(Math.round((minutes * 60) / sampleSeconds), 3);
  const heap = [await readHeap()];
  const samples: SoakSample[] = [];
  const rounds: Round[] = [];
  for (let number = 1; number <= count; number += 1) {
    const idPrefix = makeIdPrefix(random);
    const paced = { target, idPrefix, perSecond: rate, warmupSeconds: 0, seconds: sampleSeconds };
    const done = await generator.order("pace", paced);
    rounds.push(done);
    const sample = await takeSample(watched, number * sampleSeconds, done);
    samples.push(sample);
    // Between two rounds nothing is under way that a collection would hold up; not more often, or it would hide garbage.
    if ([1, 2, 3].some((third) => number === Math.floor(count / 3) * third)) heap.push(await readHeap());
    progress(render(sample));
  }
  return { samples, heap, rounds };
}

function render(sample: SoakSample): string {
  const { ack_ms: ack, delivery_ms: delivery } = sample;
  const toMegabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MB`;
  return [
    `${sample.at_s} s: resident ${toMegabytes(sample.resident_bytes)}, heap ${toMegabytes(sample.heap_used_bytes)}`,
    `ack p50 ${ack.p50.toFixed(1)} p99 ${ack.p99.toFixed(1)}, delivery p50 ${delivery.p50.toFixed(1)} p99 ${delivery.p99.toFixed(1)} ms`,
    `WAL ${toMegabytes(sample.wal_bytes)}, tables ${toMegabytes(sample.database_bytes)}, dead ${sample.dead_tuples}`,
  ].join("; ");
}

/** What all client_message_ids of a round begin with; they look like UUIDs, as a client's would. */
function makeIdPrefix(random: Random): string {
  return `${random.between(0, 0xffffffff).toString(16).padStart(8, "0")}-0000-7000-8000-`;
}

function countWrong(rounds: readonly Round[]): SoakResult["checks"] {
  const total = { lost: 0, repeated: 0, unexpected: 0, refused: 0 };
  for (const done of rounds) {
    total.lost += done.lost;
    total.repeated += done.repeated;
    total.unexpected += done.unexpected;
    total.refused += done.refused;
  }
  return total;
}

function listComplaints(judged: readonly Judged[], checks: SoakResult["checks"]): string[] {
  const grown = judged.filter(({ is_flat: isFlat }) => !isFlat);
  const wrong = Object.entries(checks).filter(([, count]) => count > 0);
  return [
    ...grown.map(({ figure, last_third: last, bound }) => `${figure} is not flat: ${last}, beyond ${bound}`),
    ...wrong.map(([what, count]) => `${what}: ${count} messages`),
  ];
}
