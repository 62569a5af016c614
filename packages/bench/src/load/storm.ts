/** Many devices that lost the same server come back at once. */
import { setTimeout as sleep } from "node:timers/promises";
import { createRandom, type Random } from "../random.ts";
import { Samples, type Summary } from "../statistics.ts";
import { HandshakeRefused, LightSocket } from "../wire/light-socket.ts";
import { type Envelope, toEnvelope } from "../wire/rest-client.ts";
import { inParallel } from "./pairs.ts";
import { type CrowdOptions, credentialsOf } from "./seats.ts";

const firstBackOffMs = 500;
const longestBackOffMs = 30_000;

export type StormOptions = {
  seed: number;
  /** Within which all of them try for the first time. */
  withinSeconds: number;
  /** After which nobody tries again. */
  giveUpSeconds: number;
  /** How many rooms have moved for each meanwhile. */
  movedRooms: number;
};

export type StormResult = {
  /** Milliseconds from the storm's beginning to the moment that a device was connected, and that it was synced. */
  connected: Summary;
  synced: Summary;
  /** From a device's first try. */
  synced_after: Summary;
  attempts: number;
  /** Attempts that failed, by why. */
  failures: Record<string, number>;
  /** Devices that never came to be synced, and those that synced something else than what had moved. */
  unsynced: number;
  wrong: number;
};

/** A device, with what it had before it lost the server. */
type Device = { number: number; cursor: string; socket: LightSocket };

/** Devices that are connected, up to date, and can be cut. */
export type Devices = { options: CrowdOptions; devices: Device[] };

type Storm = StormResult & { samples: { connected: Samples; synced: Samples; after: Samples } };
type Sync = { cursor: string; has_more: boolean; rooms: unknown[] };

/** Connects the devices one after the other, and brings them up to date from nothing. */
export async function settleDevices(options: CrowdOptions): Promise<Devices> {
  const numbers = Array.from({ length: options.sockets }, (_, number) => number);
  const devices = await inParallel(numbers, async (number) => {
    const socket = await LightSocket.connect({ url: options.url, ...credentialsOf(options, number) });
    let sync: Sync = { cursor: "", has_more: true, rooms: [] };
    while (sync.has_more) {
      const answer = await askSync(socket, sync.cursor || undefined);
      if (!answer.success) throw new Error(`chats:sync was refused: ${answer.code}`);
      sync = answer.data as Sync;
    }
    return { number, cursor: sync.cursor, socket };
  });
  return { options, devices };
}

export async function cutDevices({ devices }: Devices): Promise<null> {
  for (const { socket } of devices) socket.close();
  await Promise.all(devices.map(({ socket }) => socket.closed));
  return null;
}

/** Brings all of them back, as the SDK would: a wait that the server asked for, or one that doubles, each jittered. */
export async function runStorm({ options, devices }: Devices, storm: StormOptions): Promise<StormResult> {
  const { samples, ...result } = createStorm();
  const live = { ...result, samples };
  const random = createRandom(storm.seed);
  const startedAt = performance.now();
  const deadline = startedAt + storm.giveUpSeconds * 1000;
  const starts = devices.map((device) => ({ device, waitMs: random.next() * storm.withinSeconds * 1000 }));
  await Promise.all(
    starts.map(async ({ device, waitMs }) => {
      await sleep(waitMs);
      const isBack = await comeBack(device, options, live, { random, startedAt, deadline, moved: storm.movedRooms });
      if (!isBack) live.unsynced += 1;
    }),
  );
  const { unsynced, wrong, attempts, failures } = live;
  return {
    connected: samples.connected.summarize(),
    synced: samples.synced.summarize(),
    synced_after: samples.after.summarize(),
    attempts,
    failures,
    unsynced,
    wrong,
  };
}

type Course = { random: Random; startedAt: number; deadline: number; moved: number };

async function comeBack(device: Device, options: CrowdOptions, storm: Storm, course: Course): Promise<boolean> {
  const beganAt = performance.now();
  for (let attempt = 1; performance.now() < course.deadline; attempt += 1) {
    storm.attempts += 1;
    try {
      device.socket = await LightSocket.connect({ url: options.url, ...credentialsOf(options, device.number) });
      const connectedAt = performance.now();
      const sync = await askSync(device.socket, device.cursor);
      if (!sync.success) throw new HandshakeRefused(JSON.stringify(sync));
      const { rooms } = sync.data as Sync;
      if (rooms.length !== course.moved) storm.wrong += 1;
      storm.samples.connected.add(connectedAt - course.startedAt);
      storm.samples.synced.add(performance.now() - course.startedAt);
      storm.samples.after.add(performance.now() - beganAt);
      return true;
    } catch (error) {
      device.socket.close();
      const { reason, waitMs } = explain(error, attempt, course.random);
      storm.failures[reason] = (storm.failures[reason] ?? 0) + 1;
      await sleep(waitMs);
    }
  }
  return false;
}

/** Why an attempt failed, and how long to wait before the next. */
function explain(error: unknown, attempt: number, random: Random): { reason: string; waitMs: number } {
  const said = error instanceof HandshakeRefused ? /"code":"(\w+)"/.exec(error.text)?.[1] : undefined;
  const seconds = error instanceof HandshakeRefused ? /"retry_after":(\d+)/.exec(error.text)?.[1] : undefined;
  const reason = said ?? (error instanceof Error ? error.message : String(error));
  const asked = seconds === undefined ? undefined : Number(seconds) * 1000;
  const full = asked ?? Math.min(longestBackOffMs, firstBackOffMs * 2 ** (attempt - 1));
  // What was asked for is the least; half of it more spreads those who were asked for the same.
  return { reason, waitMs: asked === undefined ? full * (0.5 + random.next() / 2) : full * (1 + random.next() / 2) };
}

async function askSync(socket: LightSocket, cursor: string | undefined): Promise<Envelope> {
  return toEnvelope(await socket.request("chats:sync", { cursor, limit: 100 }));
}

function createStorm(): Storm {
  const samples = { connected: new Samples(), synced: new Samples(), after: new Samples() };
  const none = new Samples().summarize();
  return {
    connected: none,
    synced: none,
    synced_after: none,
    attempts: 0,
    failures: {},
    unsynced: 0,
    wrong: 0,
    samples,
  };
}
