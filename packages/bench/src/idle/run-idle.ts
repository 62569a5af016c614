/** The `idle` scenario: what a socket costs a server that has many, each in many rooms, while nobody says anything. */
import { setTimeout as sleep } from "node:timers/promises";
import { fillRooms } from "../fill/fill-rooms.ts";
import { describeMachine, type Machine, readVersions, type Versions } from "../machine.ts";
import { sumSeries } from "../metrics.ts";
import { type Inspector, openInspector } from "../processes/inspector.ts";
import { readResidentBytes } from "../processes/memory.ts";
import { jwtSecret } from "../processes/pipit-server.ts";
import type { Scope } from "../processes/scope.ts";
import type { Stage } from "../processes/start-stage.ts";
import { measureUsage, type Usage } from "../processes/usage.ts";
import type { Progress } from "../scenario.ts";

/** What is connected first: a server's code and its pools are not what a socket costs. */
const mostFirst = 200;
const membersOfRoom = 20;

export type IdleOptions = { seed: number; sockets: number; rooms: number; addresses: number; settleSeconds: number };

/** Bytes. `heap` is what JavaScript has in use, `outside` what its buffers and handles have outside of it. */
export type Memory = { resident: number; heap: number; outside: number };

export type IdleFindings = {
  options: IdleOptions;
  before: Memory;
  after: Memory;
  /** Sockets that the server says it has more. */
  counted: number;
  lost: number;
  /** While they connected, and while they were left alone. */
  opening: Usage;
  resting: Usage;
  machine: Machine;
  versions: Versions;
};

/** Leaves the sockets connected. */
export async function runIdle(
  scope: Scope,
  { server, dataDir, databaseUrl, inspectorPort, generator, parts }: Stage,
  options: IdleOptions,
  progress: Progress,
): Promise<IdleFindings> {
  const { sockets, rooms, addresses } = options;
  progress(`making ${sockets} users with ${rooms} rooms each`);
  const members = Math.min(membersOfRoom, sockets);
  const first = Math.min(mostFirst, Math.ceil(sockets / members) * members);
  await fillRooms(databaseUrl, [
    { prefix: "first-", users: first, roomsEach: rooms, members, messages: 0 },
    { prefix: "idle-", users: Math.ceil(sockets / members) * members, roomsEach: rooms, members, messages: 0 },
  ]);
  const inspector = await openInspector(scope, server, inspectorPort);
  const common = { url: server.url, secret: jwtSecret, addresses };
  await generator.order("open", { ...common, target: "first", userPrefix: "first-", sockets: first });
  const before = await rest(server.pid, inspector, options);
  progress(`connecting ${sockets} sockets`);
  const others = sumSeries(await server.readMetrics(), "pipit_sockets");
  const order = { ...common, target: "idle", userPrefix: "idle-", sockets };
  const opened = await measureUsage(parts, () => generator.order("open", order));
  progress("leaving them alone");
  const rested = await measureUsage(parts, () => rest(server.pid, inspector, options));
  const lost = await generator.order("countLost", { target: "idle" });
  const counted = sumSeries(await server.readMetrics(), "pipit_sockets") - others;
  return {
    options,
    before,
    after: rested.value,
    counted,
    lost,
    opening: opened.usage,
    resting: rested.usage,
    machine: describeMachine(),
    versions: await readVersions(dataDir),
  };
}

async function rest(pid: number, inspector: Inspector, { settleSeconds }: IdleOptions): Promise<Memory> {
  await sleep(settleSeconds * 1000);
  const { heapBytes, externalBytes } = await inspector.readMemory();
  return { resident: await readResidentBytes(pid), heap: heapBytes, outside: externalBytes };
}
