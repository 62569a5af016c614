/** The `sync` scenario: devices of two users catch up in turn, one with short histories and one with long ones. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describeMachine, type Machine, readVersions, type Versions } from "../machine.ts";
import { findFreePort } from "../processes/free-port.ts";
import { jwtSecret, startPipit } from "../processes/pipit-server.ts";
import { readDatabaseUrl } from "../processes/postmaster.ts";
import { readProcessorSeconds } from "../processes/processor-time.ts";
import type { Scope } from "../processes/scope.ts";
import { makeTempFolder } from "../processes/temp-folder.ts";
import { createRandom } from "../random.ts";
import type { Progress } from "../scenario.ts";
import { signToken } from "../token.ts";
import { LightSocket } from "../wire/light-socket.ts";
import { toEnvelope } from "../wire/rest-client.ts";
import { type CatchUp, type Cursors, catchUp, loadRooms } from "./catch-up.ts";
import { readDatabaseProcessorSeconds } from "./database-processor.ts";
import { type MovingRoom, makeHistory } from "./make-history.ts";

/** Catch-ups of each device that are not counted: plans are made and code is compiled in them. */
const warmUps = 20;
/** A rest before each catch-up: what the sends leave behind at the server is not its. */
const restMs = 20;
const content = "Shall we meet at the station at half past six, or would you rather walk there?";

const lengths = ["short", "long"] as const;
export type Length = (typeof lengths)[number];

export type SyncOptions = {
  seed: number;
  /** Messages in the rooms that move, together. */
  messages: Record<Length, number>;
  rooms: number;
  movingRooms: number;
  /** Messages that come to each of them before each catch-up. */
  messagesEach: number;
  catchUps: number;
};

export type Findings = {
  options: SyncOptions;
  catchUps: Record<Length, CatchUp[]>;
  /** Bytes of the list of all rooms, from nothing. */
  loadBytes: number;
  /** What processors the server, and its PostgreSQL, used for all catch-ups. */
  used: Record<Length, Used>;
  machine: Machine;
  versions: Versions;
};

/** Seconds; undefined where the system does not tell. */
type Used = { server: number | undefined; database: number | undefined };

type Device = { length: Length; socket: LightSocket; cursors: Cursors; rooms: MovingRoom[] };

/** Starts everything that it needs; the scope ends it. */
export async function runSync(scope: Scope, options: SyncOptions, progress: Progress): Promise<Findings> {
  const dataDir = join(await makeTempFolder(scope), "data");
  const server = await startPipit(scope, { port: await findFreePort(), dataDir });
  progress("making rooms and messages");
  const moving = await makeHistory(await readDatabaseUrl(dataDir), {
    owners: lengths.map((length) => ({ userId: length, messages: options.messages[length] })),
    rooms: options.rooms,
    movingRooms: options.movingRooms,
  });
  progress("connecting");
  const peers = await connectPeers(server.url, moving);
  const loaded = await Promise.all(lengths.map((length) => openDevice(server.url, length, moving)));
  const devices = loaded.map(({ device }) => device);
  progress(`${options.catchUps} catch-ups of each, in turn`);
  const readUsed = async (): Promise<Used> => ({
    server: await readProcessorSeconds(server.pid),
    database: await readDatabaseProcessorSeconds(dataDir),
  });
  const found = await takeTurns(devices, peers, options, readUsed);
  for (const socket of [...peers.values(), ...devices.map((device) => device.socket)]) socket.close();
  await server.stop();
  return {
    options,
    ...found,
    loadBytes: loaded[0]?.bytes ?? 0,
    machine: describeMachine(),
    versions: await readVersions(dataDir),
  };
}

/** Both devices catch up once in each round, in an order by chance: what else the machine does hits both. */
async function takeTurns(
  devices: readonly Device[],
  peers: Map<string, LightSocket>,
  options: SyncOptions,
  readUsed: () => Promise<Used>,
): Promise<Pick<Findings, "catchUps" | "used">> {
  const catchUps: Findings["catchUps"] = { short: [], long: [] };
  const used: Findings["used"] = { short: { server: 0, database: 0 }, long: { server: 0, database: 0 } };
  const random = createRandom(options.seed);
  for (let round = -warmUps; round < options.catchUps; round += 1) {
    for (const device of random.next() < 0.5 ? devices : devices.toReversed()) {
      await sendToAll(device.rooms, peers, options.messagesEach);
      await sleep(restMs);
      const before = await readUsed();
      const found = await catchUp(device.socket, device.cursors);
      const after = await readUsed();
      if (round < 0) continue;
      catchUps[device.length].push(found);
      used[device.length] = addUsed(used[device.length], before, after);
    }
  }
  return { catchUps, used };
}

function addUsed(sum: Used, before: Used, after: Used): Used {
  const add = (name: keyof Used): number | undefined => {
    const [total, from, to] = [sum[name], before[name], after[name]];
    return total === undefined || from === undefined || to === undefined ? undefined : total + to - from;
  };
  return { server: add("server"), database: add("database") };
}

function connect(url: string, userId: string, deviceId: string): Promise<LightSocket> {
  return LightSocket.connect({ url, auth: { token: signToken(jwtSecret, { userId }), device_id: deviceId } });
}

async function connectPeers(url: string, rooms: readonly MovingRoom[]): Promise<Map<string, LightSocket>> {
  const userIds = [...new Set(rooms.map(({ peer }) => peer))];
  return new Map(
    await Promise.all(userIds.map(async (userId) => [userId, await connect(url, userId, "bench")] as const)),
  );
}

async function openDevice(url: string, length: Length, moving: readonly MovingRoom[]) {
  const socket = await connect(url, length, "bench");
  const { cursors, bytes } = await loadRooms(socket);
  const rooms = moving.filter(({ owner }) => owner === length);
  return { device: { length, socket, cursors, rooms } satisfies Device, bytes };
}

async function sendToAll(rooms: readonly MovingRoom[], peers: Map<string, LightSocket>, count: number): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    await Promise.all(rooms.map(({ roomId, peer }) => send(peers.get(peer), roomId)));
  }
}

async function send(socket: LightSocket | undefined, roomId: string): Promise<void> {
  const input = { room_id: roomId, content, client_message_id: crypto.randomUUID() };
  const answer = toEnvelope(await socket?.request("message:send", input));
  if (!answer.success) throw new Error(`a message was refused: ${answer.code}`);
}
