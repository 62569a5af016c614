/** The `jitter` scenario: devices whose connections are cut again and again while messages flow. */
import { join } from "node:path";
import { inParallel } from "../load/pairs.ts";
import { describeMachine, type Machine, readVersions, type Versions } from "../machine.ts";
import { findFreePort } from "../processes/free-port.ts";
import { readPeakBytes, readResidentBytes } from "../processes/memory.ts";
import { jwtSecret, type PipitServer, startPipit } from "../processes/pipit-server.ts";
import { readProcessorSeconds } from "../processes/processor-time.ts";
import type { Scope } from "../processes/scope.ts";
import { makeTempFolder } from "../processes/temp-folder.ts";
import { createRandom, type Random } from "../random.ts";
import type { Progress } from "../scenario.ts";
import { signToken } from "../token.ts";
import { RestClient } from "../wire/rest-client.ts";
import type { DeviceKind } from "./device.ts";
import type { DeviceReport, DeviceSeat } from "./device-orders.ts";
import { type DeviceProcess, startDevices } from "./device-process.ts";
import type { CutTimes } from "./link.ts";
import type { SentMessage } from "./measure-replay.ts";
import { type Pace, sendSteadily } from "./steady-sender.ts";

const settleMs = 120_000;
const opensAtOnce = 16;

export type JitterOptions = {
  seed: number;
  /** How many devices there are of each kind; the plain ones are beside the light ones. */
  devices: Record<DeviceKind, number>;
  /** Members that a group has at most, besides its sender. */
  groupSize: number;
  processes: number;
  cuts: CutTimes;
  pace: Pace;
};

export type Phase = {
  reports: DeviceReport[];
  rooms: number;
  seconds: number;
  /** Processors that the server used, where the system tells; and seconds of them, with the settling at the end. */
  serverCores: number | null;
  serverSeconds: number | null;
  serverBytes: { before: number; after: number; peak: number };
};

export type Findings = {
  options: JitterOptions;
  sdk: Phase;
  light: Phase;
  machine: Machine;
  versions: Versions;
};

/** Starts everything that it needs; the scope ends it. */
export async function runJitter(scope: Scope, options: JitterOptions, progress: Progress): Promise<Findings> {
  const dataDir = join(await makeTempFolder(scope), "data");
  const server = await startPipit(scope, { port: await findFreePort(), dataDir });
  const random = createRandom(options.seed);
  const { sdk, light, plain } = options.devices;
  const run = async (name: string, kinds: DeviceKind[]): Promise<Phase> => {
    progress(`${name}: making users and groups`);
    const groups = await makeGroups(server, name, kinds, options.groupSize);
    return runPhase(scope, server, { name, groups, options, random, progress });
  };
  const findings = {
    options,
    sdk: await run("sdk", fill("sdk", sdk)),
    light: await run("light", [...fill("light", light), ...fill("plain", plain)]),
  };
  await server.stop();
  return { ...findings, machine: describeMachine(), versions: await readVersions(dataDir) };
}

function fill(kind: DeviceKind, count: number): DeviceKind[] {
  return new Array<DeviceKind>(count).fill(kind);
}

type Group = { roomId: string; senderId: string; seats: DeviceSeat[] };

/** Groups of equal size, each with a sender. */
async function makeGroups(server: PipitServer, name: string, kinds: DeviceKind[], groupSize: number): Promise<Group[]> {
  const count = Math.ceil(kinds.length / groupSize);
  const users = kinds.map((kind, n) => ({ kind, userId: `${name}-${n}` }));
  await inParallel(users, ({ userId }) => restOf(server, userId).call("GET", "/users/me"));
  return inParallel(Array.from({ length: count }), async (_, group) => {
    const members = users.filter((_, n) => n % count === group);
    const senderId = `${name}-sender-${group}`;
    const member_ids = members.map(({ userId }) => userId);
    const body = { type: "group", name: `Group ${group}`, member_ids };
    const { id: roomId } = (await restOf(server, senderId).call("POST", "/rooms", body)) as { id: string };
    return { roomId, senderId, seats: members.map(({ kind, userId }) => ({ kind, token: tokenOf(userId), roomId })) };
  });
}

const tokenOf = (userId: string): string => signToken(jwtSecret, { userId });

function restOf(server: PipitServer, userId: string): RestClient {
  return new RestClient(server.url, tokenOf(userId));
}

type PhaseParts = { name: string; groups: Group[]; options: JitterOptions; random: Random; progress: Progress };

async function runPhase(scope: Scope, server: PipitServer, parts: PhaseParts): Promise<Phase> {
  const { name, groups, options, random, progress } = parts;
  const before = await readResidentBytes(server.pid);
  const seats = groups.flatMap((group) => group.seats);
  progress(`${name}: connecting ${seats.length} devices`);
  const processes = await openDevices(scope, server, name, seats, options.processes);
  progress(`${name}: ${options.pace.messages} messages to each of ${groups.length} groups, with cuts`);
  for (const devices of processes) await devices.order("cut", { ...options.cuts, seed: random.between(1, 2 ** 30) });
  const startedAt = performance.now();
  const processorBefore = await readProcessorSeconds(server.pid);
  const sent = await sendToAll(server, groups, options.pace);
  const seconds = (performance.now() - startedAt) / 1000;
  const processorAfter = await readProcessorSeconds(server.pid);
  progress(`${name}: waiting for what is missing`);
  const reports = await Promise.all(processes.map((one) => one.order("finish", { sent, withinMs: settleMs })));
  const processorEnd = await readProcessorSeconds(server.pid);
  const bytes = { before, after: await readResidentBytes(server.pid), peak: await readPeakBytes(server.pid) };
  for (const devices of processes) await devices.order("close", null);
  for (const devices of processes) await devices.stop();
  const used = (after: number | undefined): number | null =>
    processorBefore === undefined || after === undefined ? null : after - processorBefore;
  const [paced, serverSeconds] = [used(processorAfter), used(processorEnd)];
  const serverCores = paced === null ? null : paced / seconds;
  return { reports, rooms: groups.length, seconds, serverCores, serverSeconds, serverBytes: bytes };
}

async function openDevices(
  scope: Scope,
  server: PipitServer,
  name: string,
  seats: DeviceSeat[],
  count: number,
): Promise<DeviceProcess[]> {
  const places = Array.from({ length: Math.min(count, seats.length) }, (_, place) => place);
  const processes = await Promise.all(places.map((place) => startDevices(scope, `${name} devices ${place}`)));
  await Promise.all(
    processes.map((devices, place) => {
      const own = seats.filter((_, n) => n % processes.length === place);
      return devices.order("open", { url: server.url, seats: own, atOnce: opensAtOnce });
    }),
  );
  return processes;
}

async function sendToAll(server: PipitServer, groups: Group[], pace: Pace): Promise<Record<string, SentMessage[]>> {
  const each = groups.map(async ({ roomId, senderId }) => {
    return [roomId, await sendSteadily(server.url, senderId, roomId, pace)] as const;
  });
  return Object.fromEntries(await Promise.all(each));
}
