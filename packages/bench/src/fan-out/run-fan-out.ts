/** The `fan-out` scenario: one large room whose members are all connected, beside a bare relay with the same. */
import { fillRooms, listFilled } from "../fill/fill-rooms.ts";
import { makeIdPrefix } from "../load/id-prefix.ts";
import type { Orders } from "../load/orders.ts";
import { describeMachine, readVersions } from "../machine.ts";
import { findFreePort } from "../processes/free-port.ts";
import type { LoadGenerator } from "../processes/load-generator.ts";
import { jwtSecret } from "../processes/pipit-server.ts";
import { startRelay } from "../processes/relay-server.ts";
import type { Scope } from "../processes/scope.ts";
import type { Stage } from "../processes/start-stage.ts";
import { measureUsage, ofProcess, type ReadSeconds, type Usage } from "../processes/usage.ts";
import { createRandom } from "../random.ts";
import type { Progress } from "../scenario.ts";
import type { FanOutFindings } from "./fan-out-report.ts";

const prefix = "member-";
/** Of a round before it is measured. */
const roundWarmupSeconds = 0.5;

export type FanOutOptions = {
  seed: number;
  members: number;
  /** Messages that not everybody has heard yet. */
  inFlight: number;
  seconds: number;
  rounds: number;
  warmupSeconds: number;
};

type FanOutRound = Orders["fanOut"]["output"];
export type Measured = { round: FanOutRound; usage: Usage };

/** Starts the relay; the scope ends it. */
export async function runFanOut(
  scope: Scope,
  { server, dataDir, databaseUrl, generator, parts }: Stage,
  options: FanOutOptions,
  progress: Progress,
): Promise<FanOutFindings> {
  progress(`making a room of ${options.members} and connecting them, to the server and to the relay`);
  const relay = await startRelay(scope, await findFreePort());
  const { members } = options;
  await fillRooms(databaseUrl, [{ prefix, users: members, roomsEach: 1, members, messages: 0 }]);
  const [room] = await listFilled(databaseUrl, prefix, [0]);
  const userIds = Array.from({ length: members }, (_, number) => `${prefix}${number}`);
  const common = { secret: jwtSecret, userIds, roomId: room?.roomId ?? "" };
  await generator.order("fill", { target: "server", url: server.url, ...common });
  await generator.order("fill", { target: "relay", url: relay.url, ...common, joinEvent: "room:join" });
  const beside = { relay: ofProcess(relay), generator: ofProcess(generator) };
  const load = createLoad(generator, options, { server: parts, relay: beside });
  const rounds = await alternate(load, options, progress);
  progress("at half of that");
  const half = Math.max(1, mean(rounds.server) / 2);
  const paced = await load("server", roundWarmupSeconds, options.seconds / options.rounds, half);
  return { options, ...rounds, paced, machine: describeMachine(), versions: await readVersions(dataDir) };
}

type Load = (
  target: "server" | "relay",
  warmupSeconds: number,
  seconds: number,
  perSecond?: number,
) => Promise<Measured>;

function createLoad(
  generator: LoadGenerator,
  { seed, inFlight }: FanOutOptions,
  parts: Record<"server" | "relay", Record<string, ReadSeconds>>,
): Load {
  const random = createRandom(seed);
  return async (target, warmupSeconds, seconds, perSecond) => {
    const amount = perSecond === undefined ? { inFlight } : { perSecond };
    const order = { target, idPrefix: makeIdPrefix(random), warmupSeconds, seconds, ...amount };
    const { value: round, usage } = await measureUsage(parts[target], () => generator.order("fanOut", order));
    return { round, usage };
  };
}

async function alternate(load: Load, { rounds, seconds, warmupSeconds }: FanOutOptions, progress: Progress) {
  progress(`warming both up for ${warmupSeconds} s`);
  await load("server", warmupSeconds, 0);
  await load("relay", warmupSeconds, 0);
  const found: Record<"server" | "relay", Measured[]> = { server: [], relay: [] };
  for (let number = 1; number <= rounds; number += 1) {
    for (const target of ["server", "relay"] as const) {
      const measured = await load(target, roundWarmupSeconds, seconds / rounds);
      found[target].push(measured);
      progress(`round ${number}, ${target}: ${Math.round(measured.round.deliveriesPerSecond)} deliveries a second`);
    }
  }
  return found;
}

/** Messages a second. */
function mean(measured: readonly Measured[]): number {
  return measured.reduce((sum, { round }) => sum + round.messagesPerSecond, 0) / Math.max(1, measured.length);
}
