/** The `send` scenario: Pipit beside a bare relay under the same load, then at a set pace, then at rest. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeIdPrefix } from "../load/id-prefix.ts";
import type { Round } from "../load/orders.ts";
import { describeMachine, readVersions } from "../machine.ts";
import { meanBetween } from "../metrics.ts";
import { findFreePort } from "../processes/free-port.ts";
import { type LoadGenerator, startLoadGenerator } from "../processes/load-generator.ts";
import { readResidentBytes } from "../processes/memory.ts";
import { jwtSecret, type PipitServer, startPipit } from "../processes/pipit-server.ts";
import { startRelay } from "../processes/relay-server.ts";
import type { Scope } from "../processes/scope.ts";
import { makeTempFolder } from "../processes/temp-folder.ts";
import { createRandom, type Random } from "../random.ts";
import type { Findings } from "./send-result.ts";

const pairs = 100;
const inFlight = 8;
const pacedPerSecond = 500;
const roundWarmupSeconds = 1;
const pacedWarmupSeconds = 3;

// A server that has just started comes to rest sooner than one with thousands of handshakes behind it.
const startSettleSeconds = 5;

export type SendOptions = {
  seed: number;
  /** Measured seconds at full load on each of the two. */
  seconds: number;
  /** Into how many alternating rounds they are cut: what else the machine does hits both. */
  rounds: number;
  warmupSeconds: number;
  pacedSeconds: number;
  idleSockets: number;
  /** How long a server is left alone before its memory is read. */
  settleSeconds: number;
};

type Progress = (text: string) => void;

/** Starts everything that it needs; the scope ends it. */
export async function runSend(scope: Scope, options: SendOptions, progress: Progress): Promise<Findings> {
  const folder = await makeTempFolder(scope);
  const dataDir = join(folder, "data");
  const loaded = await runLoaded(scope, dataDir, options, progress);
  const idle = await runIdle(scope, dataDir, options, progress);
  return {
    ...loaded,
    idle,
    seed: options.seed,
    sockets: pairs * 2,
    inFlight,
    pacedPerSecond,
    machine: describeMachine(),
    versions: await readVersions(dataDir),
  };
}

type Loaded = Pick<Findings, "server" | "relay" | "paced" | "rowsPerBatch">;

async function runLoaded(scope: Scope, dataDir: string, options: SendOptions, progress: Progress): Promise<Loaded> {
  progress("starting the server, the relay and the load generator");
  const server = await startPipit(scope, { port: await findFreePort(), dataDir });
  const relay = await startRelay(scope, await findFreePort());
  const generator = await startLoadGenerator(scope);
  const common = { secret: jwtSecret, pairs, userPrefix: "bench-" };
  await generator.order("connect", { target: "server", url: server.url, ...common });
  await generator.order("connect", { target: "relay", url: relay.url, ...common });
  const random = createRandom(options.seed);
  progress(`${pacedPerSecond} messages a second for ${options.pacedSeconds} s`);
  // Before the rounds: the checkpoint and the vacuum that half a million messages leave behind are theirs.
  const paced = await generator.order("pace", {
    target: "server",
    idPrefix: makeIdPrefix(random),
    perSecond: pacedPerSecond,
    warmupSeconds: pacedWarmupSeconds,
    seconds: options.pacedSeconds,
  });
  const rounds = await alternate(generator, server, random, options, progress);
  for (const child of [generator, relay, server]) await child.stop();
  return { ...rounds, paced };
}

async function alternate(
  generator: LoadGenerator,
  server: PipitServer,
  random: Random,
  options: SendOptions,
  progress: Progress,
): Promise<Omit<Loaded, "paced">> {
  const load = (target: "server" | "relay", warmupSeconds: number, seconds: number, isRecorded = true) =>
    generator.order("saturate", {
      target,
      idPrefix: makeIdPrefix(random),
      inFlight,
      warmupSeconds,
      seconds,
      isRecorded,
    });
  progress(`warming both up for ${options.warmupSeconds} s`);
  await load("server", options.warmupSeconds, 0, false);
  await load("relay", options.warmupSeconds, 0, false);
  const rounds: { server: Round[]; relay: Round[] } = { server: [], relay: [] };
  const before = await server.readMetrics();
  for (let number = 1; number <= options.rounds; number += 1) {
    const ofServer = await load("server", roundWarmupSeconds, options.seconds / options.rounds);
    const ofRelay = await load("relay", roundWarmupSeconds, options.seconds / options.rounds);
    rounds.server.push(ofServer);
    rounds.relay.push(ofRelay);
    progress(
      `round ${number}: ${Math.round(ofServer.ackedPerSecond)}/s, relay ${Math.round(ofRelay.ackedPerSecond)}/s`,
    );
  }
  const rowsPerBatch = meanBetween(before, await server.readMetrics(), "pipit_append_batch_size");
  return { ...rounds, rowsPerBatch };
}

// A fresh server, because the load has left the heap of the first one large; warmed up by a few sockets, because its
// code and its pools are not what a socket costs.
async function runIdle(
  scope: Scope,
  dataDir: string,
  { idleSockets, settleSeconds }: SendOptions,
  progress: Progress,
): Promise<Findings["idle"]> {
  progress(`connecting ${idleSockets} idle sockets to a fresh server`);
  const server = await startPipit(scope, { port: await findFreePort(), dataDir });
  const generator = await startLoadGenerator(scope);
  const common = { url: server.url, secret: jwtSecret };
  const idlePairs = Math.ceil(idleSockets / 2);
  await generator.order("connect", { ...common, target: "first", pairs, userPrefix: "bench-" });
  await sleep(Math.min(settleSeconds, startSettleSeconds) * 1000);
  const before = await readResidentBytes(server.pid);
  await generator.order("connect", { ...common, target: "idle", pairs: idlePairs, userPrefix: "idle-" });
  await sleep(settleSeconds * 1000);
  const after = await readResidentBytes(server.pid);
  for (const child of [generator, server]) await child.stop();
  return { sockets: idlePairs * 2, bytesPerSocket: (after - before) / (idlePairs * 2), settleSeconds };
}
