/** Takes one step of a plan: a person or the world does something. */
import { type ActionName, act, pickAction } from "./actions.ts";
import type { Device } from "./device.ts";
import type { Step, StepKind } from "./plan.ts";
import { createRandom, type Random } from "./random.ts";
import { doJobs, expireSome } from "./sim-jobs.ts";
import { findMedium, makeMedium, tidyMedia } from "./sim-media.ts";
import { settle } from "./virtual-clock.ts";
import type { World } from "./world.ts";

type Take = (
  world: World,
  device: Device,
  random: Random,
  step: Step,
) => Promise<string | undefined> | string | undefined;

/** @returns what was done, in words; undefined if there was nothing to do */
export async function takeStep(world: World, step: Step, random: Random): Promise<string | undefined> {
  const device = world.devices[step.device];
  if (!device) return undefined;
  const done = await takes[step.kind](world, device, random, step);
  await settle();
  world.check();
  return done === undefined ? undefined : `${device.name} ${done}`;
}

const takes: Record<StepKind, Take> = {
  act: (world, device, random, step) => actOn(world, device, pickAction(random), random, step),
  found: (world, device, random, step) =>
    actOn(world, device, random.chance(0.3) ? "createDirect" : "createGroup", random, step),
  open(_, device) {
    if (device.client) return undefined;
    device.open();
    return "opens the app";
  },
  cut(world, device, random) {
    world.network.cut(device.name, random);
    return "loses its connection";
  },
  partition(world, device) {
    world.network.setPartitioned(device.name, true);
    return "has no network";
  },
  reunite(world, device, random) {
    for (const one of world.devices) if (random.chance(0.7)) world.network.setPartitioned(one.name, false);
    device.wake();
    return "and most others have a network again";
  },
  kill(_, device) {
    if (!device.client || device.isLoggedOut) return undefined;
    device.kill();
    device.open();
    return "is killed, and opened again";
  },
  async reload(_, device) {
    if (!device.client || device.isLoggedOut) return undefined;
    await device.close();
    device.open();
    return "is closed, and opened again";
  },
  async close(_, device, random) {
    if (!device.client || device.isLoggedOut) return undefined;
    const isKilled = random.chance(0.3);
    if (isKilled) device.kill();
    else await device.close();
    return isKilled ? "is killed" : "is closed";
  },
  wake(_, device) {
    device.wake();
    return "wakes";
  },
  async restart(world) {
    await world.server.restart();
    world.network.loseServer();
    return "sees the server restart";
  },
  logOutSelf(_, device) {
    if (!device.client || device.isLoggedOut) return undefined;
    device.track(device.client.logOut(), "log out");
    return "logs out";
  },
  logOutOther(world, device, random) {
    const { client } = device;
    const others = world.devices.filter((one) => one.userId === device.userId && one !== device);
    if (!client || device.isLoggedOut || others.length === 0) return undefined;
    const other = random.pick(others);
    device.track(client.api.devices.logout({ device_id: other.deviceId }), "log another device out");
    return `logs ${other.name} out`;
  },
  signIn(world, _, random) {
    const out = world.devices.filter((one) => one.isLoggedOut);
    for (const device of out) device.signInAnew(random.chance(0.5));
    return out.length === 0 ? undefined : `sees ${out.map((device) => device.name)} sign in anew`;
  },
  async retain(world, _, random) {
    await world.server.retain(new Date(world.clock.now() - random.between(0, 120_000)));
    return "sees old messages go";
  },
  async expire(world, _, random) {
    // Long before they would run out: what matters is that devices hear of it.
    await expireSome(world, random);
    return "sees messages disappear";
  },
  async doJobs(world) {
    await doJobs(world);
    return "sees done what was to follow";
  },
  async sendFile(world, asked, random, { n }) {
    const device = findReady(world, asked);
    const rooms = device?.client?.rooms.getSnapshot() ?? [];
    if (!device?.client || rooms.length === 0) return undefined;
    const { id } = random.pick(rooms);
    const is_view_once = random.chance(0.3);
    const kind = is_view_once ? "image" : "file";
    const uploadId = await makeMedium(world, device.userId, `${String(n).padStart(5, "0")}.txt`, kind);
    const message = { room_id: id, content: `file ${n}`, upload_id: uploadId, is_view_once };
    device.track(device.client.api.messages.send(message), "send a file");
    return `(on ${device.name}) sends a file ${is_view_once ? "to be opened once " : ""}to ${id}`;
  },
  async removeFile(world, _, random) {
    const medium = await findMedium(world, random);
    const device = world.devices.find((one) => one.userId === medium?.owner_id && isReady(one));
    if (!device?.client || !medium) return undefined;
    device.track(device.client.api.media.delete({ uploadId: medium.id }), "remove a file");
    return `(on ${device.name}) removes a file`;
  },
  async tidy(world) {
    await tidyMedia(world);
    return "sees removed files go";
  },
  async rest(world, _, random) {
    const ms = random.pick([2_000, 20_000, 70_000]);
    await world.pass(ms);
    return `sees ${ms / 1000} s pass`;
  },
};

function actOn(world: World, asked: Device, name: ActionName, random: Random, step: Step): string | undefined {
  const device = findReady(world, asked);
  const client = device?.client;
  if (!device || !client) return undefined;
  const parts = { device, client, random, userIds: world.userIds, sent: world.sent, now: world.clock.now() };
  const done = act(name, { ...parts, word: `w${step.n}` });
  return done && (device === asked ? done : `(on ${device.name}) ${done}`);
}

/** A person takes another device if the one at hand is not ready. */
function findReady(world: World, asked: Device): Device | undefined {
  return [asked, ...world.devices].find((one) => one.userId === asked.userId && isReady(one));
}

function isReady({ client, isLoggedOut }: Device): boolean {
  return client !== undefined && !isLoggedOut && client.userId.getSnapshot() !== undefined;
}

export function randomOf(step: Step): Random {
  return createRandom(step.seed);
}
