/** Runs a plan: chaos, then healing, then the question whether all devices and the server agree. */
import type { PipitClient } from "../../src/client.ts";
import type { Device } from "./device.ts";
import { digestDevice } from "./device-digest.ts";
import { type Digest, findDifference } from "./digest.ts";
import { faultsOf, type Plan } from "./plan.ts";
import { createRandom, type Random } from "./random.ts";
import { checkSent, readTables, recountInfo, recountUnread } from "./recount.ts";
import { digestServer } from "./server-digest.ts";
import type { SimDatabase } from "./sim-database.ts";
import { doJobs } from "./sim-jobs.ts";
import { tidyMedia } from "./sim-media.ts";
import { randomOf, takeStep } from "./take-step.ts";
import { Violation, World } from "./world.ts";

export type Outcome = {
  /** What was found to be wrong. */
  failure: string | undefined;
  /** What people and the world did. */
  story: readonly string[];
  /** All of it until it heals, with each delivery. */
  history: readonly string[];
  /** Calls that the server was asked for, things delivered, and milliseconds that it took. */
  figures: { calls: number; deliveries: number; ms: number };
};

/** Breaks something behind everybody's back, to see whether it is found. */
export type Spoil = (world: World) => Promise<void>;

const minuteMs = 60_000;
const patienceMs = 30 * minuteMs;

/** @throws what is no violation of what Pipit promises: a fault of the simulation's own */
export async function simulate(database: SimDatabase, plan: Plan, spoil?: Spoil): Promise<Outcome> {
  const startedAt = performance.now();
  const world = new World(database, plan);
  const story: string[] = [];
  const stray = (error: unknown): void => world.fail(`unhandled: ${error instanceof Error ? error.stack : error}`);
  process.on("unhandledRejection", stray);
  let failure: string | undefined;
  let healing: number | undefined;
  try {
    await live(world, story);
    healing = world.history.lines.length;
    await heal(world);
    await spoil?.(world);
    await compare(world);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    failure = world.history.toNames(error.message);
  } finally {
    await world.close();
    process.off("unhandledRejection", stray);
  }
  const ms = performance.now() - startedAt;
  const { deliveries } = world;
  const history = world.history.lines.slice(0, healing ?? world.history.lines.length);
  return { failure, story, history, figures: { calls: world.server.calls, deliveries, ms } };
}

async function live(world: World, story: string[]): Promise<void> {
  for (const step of world.plan.steps) {
    const random = randomOf(step);
    const done = await takeStep(world, step, random);
    if (done === undefined) continue;
    story.push(world.history.toNames(`${step.n}: ${done}`));
    world.history.add(`${step.n}: ${done}`);
    await world.goOn(random, faultsOf(world.plan, step), step.deliveries);
  }
}

/** From now on nothing goes wrong; everybody comes back, and everything is told. */
async function heal(world: World): Promise<void> {
  const random = createRandom(world.plan.seed + 1);
  world.network.heal();
  const devices = listUsed(world);
  for (const device of devices) {
    device.open();
    device.wake();
  }
  const begin = world.clock.now();
  await rest(world, devices, random, () => {
    for (const device of devices) if (device.isLoggedOut) device.signInAnew(true);
  });
  // What was asked for before is done by now, so that no medium is removed after this.
  await tidyMedia(world);
  await doJobs(world);
  await rest(world, devices, random);
  world.history.add(`healed after ${world.clock.now() - begin} ms`);
}

/** Until nobody has anything left to do, and the minute's check has come round. */
async function rest(world: World, devices: readonly Device[], random: Random, onWait?: () => void): Promise<void> {
  const end = world.clock.now() + 1.5 * minuteMs;
  const isDone = (): boolean => {
    onWait?.();
    return world.clock.now() >= end && devices.every(isSettled);
  };
  const what = (): string =>
    `[G5] ${devices.filter((device) => !isSettled(device)).map(describe)} does not come to rest`;
  await world.until(isDone, what, random, patienceMs);
}

function listUsed(world: World): Device[] {
  return world.devices.filter((_, place) =>
    world.plan.steps.some((step) => step.kind === "open" && step.device === place),
  );
}

function isSettled({ client }: Device): boolean {
  if (!client?.isSynced.getSnapshot()) return false;
  return client.outbox.items.getSnapshot().every((item) => item.state === "failed");
}

function describe({ name, client }: Device): string {
  const items = client?.outbox.items.getSnapshot().map((item) => `${item.action.kind} ${item.state}`);
  const { status, error } = client?.connection.getSnapshot() ?? {};
  return `${name} (${status} ${error?.code ?? ""}, synced: ${client?.isSynced.getSnapshot()}, outbox: ${items})`;
}

async function compare(world: World): Promise<void> {
  const random = createRandom(world.plan.seed + 2);
  const devices = listUsed(world);
  const userIds = [...new Set(devices.map((device) => device.userId))];
  const fresh = userIds.map((userId) => world.makeDevice(userId, `${userId}-fresh`, world.plan.seed));
  world.devices.push(...fresh);
  for (const device of fresh) device.open();
  await world.until(
    () => fresh.every(isSettled),
    () => `[G5] ${fresh.map(describe)} does not load`,
    random,
    patienceMs,
  );
  const all = [...devices, ...fresh];
  await loadAll(world, all, random);
  const truth = new Map<string, Digest>();
  for (const userId of userIds) truth.set(userId, await digestServer(world, userId));
  for (const device of all) {
    const difference = findDifference(digestDevice(clientOf(device)), truth.get(device.userId));
    if (difference !== undefined) throw new Violation(`[G5] ${device.name} against the server: ${difference}`);
  }
  await recount(world, devices, random);
}

/** Every device looks at all of its rooms, back to their beginnings. */
async function loadAll(world: World, devices: readonly Device[], random: Random): Promise<void> {
  const handles = devices.flatMap((device) => {
    const client = clientOf(device);
    return client.rooms.getSnapshot().map((room) => ({ device, handle: client.room(room.id) }));
  });
  for (const { device, handle } of handles) device.lookAt(handle);
  const isComplete = (): boolean => {
    let isAll = true;
    for (const { device, handle } of handles) {
      const { isLoading, items } = handle.messages.getSnapshot();
      if (isLoading) isAll = false;
      if (isLoading || handle.messages.getSnapshot().isComplete) continue;
      isAll = false;
      device.track(handle.loadOlder(100), `load older than ${items[0]?.sequence_number}`);
    }
    return isAll;
  };
  await world.until(isComplete, () => "[G5] history does not load to its beginning", random, patienceMs);
  // What looking at it has brought about is told too: counts, and how far messages have come.
  await rest(world, devices, random);
}

async function recount(world: World, devices: readonly Device[], _random: Random): Promise<void> {
  const tables = await readTables(world);
  const failed = new Set(
    devices.flatMap((device) =>
      clientOf(device)
        .outbox.items.getSnapshot()
        .map((item) => item.id),
    ),
  );
  checkSent(world, tables, failed);
  await recountUnread(world, tables);
  const said = tables.messages.filter((row) => row.type !== "system");
  await recountInfo(world, tables, said);
}

function clientOf({ name, client }: Device): PipitClient {
  if (!client) throw new Error(`${name} is not open`);
  return client;
}
