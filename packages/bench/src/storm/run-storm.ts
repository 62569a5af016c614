/** The `storm` scenario: all devices of a server lose it and come back within a second, and each has something to sync. */
import { fillRooms, listFilled } from "../fill/fill-rooms.ts";
import { inParallel } from "../load/pairs.ts";
import type { StormResult } from "../load/storm.ts";
import { describeMachine, type Machine, readVersions, type Versions } from "../machine.ts";
import { sumSeries } from "../metrics.ts";
import { readPeakBytes, readResidentBytes } from "../processes/memory.ts";
import { jwtSecret, type PipitServer } from "../processes/pipit-server.ts";
import type { Stage } from "../processes/start-stage.ts";
import { measureUsage, type Usage } from "../processes/usage.ts";
import { waitUntil } from "../processes/wait-until.ts";
import type { Progress } from "../scenario.ts";
import { signToken } from "../token.ts";
import { RestClient } from "../wire/rest-client.ts";

const prefix = "device-";
const membersOfRoom = 20;
const target = "devices";
/** Nobody tries again after so much longer than the target. */
const giveUpSeconds = 120;
const watchEveryMs = 250;
const emptyTimeoutMs = 60_000;

export type StormScenarioOptions = {
  seed: number;
  sockets: number;
  rooms: number;
  withinSeconds: number;
  addresses: number;
};

export type StormFindings = {
  options: StormScenarioOptions;
  storm: StormResult;
  usage: Usage;
  /** Bytes: before, at most, and after. */
  memory: { before: number; peak: number; after: number };
  /** Milliseconds between two answers of the server's health check, at most. */
  longestSilence: number;
  /** Of the event loop, as the server itself says, at most. */
  loopDelayMs: number;
  /** Sockets that the server has at the end. */
  counted: number;
  hasCrashed: boolean;
  machine: Machine;
  versions: Versions;
};

/** Leaves the devices connected. */
export async function runStormScenario(
  stage: Stage,
  options: StormScenarioOptions,
  progress: Progress,
): Promise<StormFindings> {
  const { server, dataDir, generator, parts } = stage;
  const others = await countSockets(server);
  await settle(stage, others, options, progress);
  const before = await readResidentBytes(server.pid);
  progress(`the storm: ${options.sockets} devices within ${options.withinSeconds} s`);
  const watch = watchServer(server);
  const { seed, withinSeconds } = options;
  const order = { target, seed, withinSeconds, giveUpSeconds, movedRooms: 1 };
  const { value: storm, usage } = await measureUsage(parts, () => generator.order("storm", order));
  const watched = await watch.stop();
  const hasCrashed = server.hasExited();
  const memory = { before, peak: await readPeakBytes(server.pid), after: await readResidentBytes(server.pid) };
  const counted = (await countSockets(server)) - others;
  return {
    options,
    storm,
    usage,
    memory,
    ...watched,
    counted,
    hasCrashed,
    machine: describeMachine(),
    versions: await readVersions(dataDir),
  };
}

/** Devices that have been up to date, and lost the server; then one of the rooms of each has moved. */
async function settle(
  { server, databaseUrl, generator }: Stage,
  others: number,
  { sockets, rooms, addresses }: StormScenarioOptions,
  progress: Progress,
): Promise<void> {
  progress(`making ${sockets} users with ${rooms} rooms each`);
  const members = Math.min(membersOfRoom, sockets);
  const users = Math.ceil(sockets / members) * members;
  await fillRooms(databaseUrl, [{ prefix, users, roomsEach: rooms, members, messages: 1 }]);
  progress("connecting them, and bringing them up to date");
  const crowd = { url: server.url, secret: jwtSecret, userPrefix: prefix, sockets, addresses };
  await generator.order("settle", { target, ...crowd });
  await generator.order("cut", { target });
  const isEmpty = async () => (await countSockets(server)) === others;
  await waitUntil("the end of all sockets", isEmpty, { timeoutMs: emptyTimeoutMs, everyMs: 100 });
  progress("sending a message to one room of each");
  const blocks = Array.from({ length: users / members }, (_, block) => block * members);
  const all = await listFilled(databaseUrl, prefix, blocks);
  const firsts = [...new Map(all.map((room) => [room.firstUser, room])).values()];
  await inParallel(firsts, ({ roomId, firstUser }) => sendTo(server.url, roomId, `${prefix}${firstUser}`), 16);
}

async function sendTo(url: string, roomId: string, userId: string): Promise<void> {
  const rest = new RestClient(url, signToken(jwtSecret, { userId }));
  const body = { content: "While you were away.", client_message_id: crypto.randomUUID() };
  await rest.call("POST", `/rooms/${roomId}/messages`, body);
}

/** Asks whether the server lives, again and again: how long it keeps silent is how long its one thread is taken. */
function watchServer(server: PipitServer) {
  let isOver = false;
  const found = { longestSilence: 0, loopDelayMs: 0 };
  const look = async (): Promise<void> => {
    while (!isOver) {
      const startedAt = performance.now();
      const text = await server.readMetrics();
      found.longestSilence = Math.max(found.longestSilence, performance.now() - startedAt);
      found.loopDelayMs = Math.max(found.loopDelayMs, 1000 * sumSeries(text, "nodejs_eventloop_lag_max_seconds"));
      await new Promise((resolve) => setTimeout(resolve, watchEveryMs));
    }
  };
  const looking = look();
  // Whoever waits for the storm hears of it there.
  looking.catch(() => undefined);
  return {
    async stop() {
      isOver = true;
      await looking;
      return found;
    },
  };
}

async function countSockets(server: PipitServer): Promise<number> {
  return sumSeries(await server.readMetrics(), "pipit_sockets");
}
