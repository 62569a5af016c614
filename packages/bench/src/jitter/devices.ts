/** A program of its own: many devices at once. Takes one order at a time over its IPC channel and answers it. */
import { setTimeout as sleep } from "node:timers/promises";
import { inParallel } from "../load/pairs.ts";
import { createRandom } from "../random.ts";
import type { Device, DeviceKind } from "./device.ts";
import type { DeviceAnswer, DeviceOrder, DeviceOrders, DeviceReport, DeviceSeat } from "./device-orders.ts";
import { startCutting } from "./link.ts";
import { type Measured, measureDevice, type SentMessage } from "./measure-replay.ts";
import { moment } from "./moment.ts";
import { openLightDevice, openPlainDevice } from "./open-light-device.ts";
import { openSdkDevice } from "./open-sdk-device.ts";

const openers = { sdk: openSdkDevice, light: openLightDevice, plain: openPlainDevice };
const pollMs = 100;

let devices: { seat: DeviceSeat; device: Device }[] = [];
let stopCutting: (() => void)[] = [];
let begun = { at: 0, cpu: process.cpuUsage() };

process.on("message", async (order: DeviceOrder) => {
  const answer: DeviceAnswer = await carryOut(order).then(
    (output) => ({ output }),
    (error: unknown) => ({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
  process.send?.(answer);
});

// Whoever gives the orders is all that keeps this program going.
process.channel?.ref();
process.once("SIGTERM", () => process.exit(0));

async function carryOut({ name, input }: DeviceOrder): Promise<DeviceOrders[DeviceOrder["name"]]["output"]> {
  if (name === "open") return open(input);
  if (name === "cut") return cut(input);
  if (name === "finish") return finish(input);
  await Promise.all(devices.map(({ device }) => device.close()));
  devices = [];
  return null;
}

async function open({ url, seats, atOnce }: DeviceOrders["open"]["input"]): Promise<null> {
  devices = await inParallel(
    seats,
    async (seat) => ({ seat, device: await openers[seat.kind]({ url, token: seat.token, roomId: seat.roomId }) }),
    atOnce,
  );
  return null;
}

function cut({ seed, ...times }: DeviceOrders["cut"]["input"]): null {
  const random = createRandom(seed);
  begun = { at: performance.now(), cpu: process.cpuUsage() };
  stopCutting = devices.map(({ device }) => startCutting(device.link, device.log, times, random));
  return null;
}

async function finish({ sent, withinMs }: DeviceOrders["finish"]["input"]): Promise<DeviceReport> {
  const cpu = process.cpuUsage(begun.cpu);
  const load = (cpu.user + cpu.system) / 1000 / (performance.now() - begun.at);
  for (const stop of stopCutting) stop();
  const endedAt = moment();
  while (moment() - endedAt < withinMs && !devices.every((one) => isDone(one, sent))) await sleep(pollMs);
  const settledMs = moment() - endedAt;
  const whole = process.cpuUsage(begun.cpu);
  for (const { device } of devices) device.look();
  const kinds = [...new Set(devices.map(({ seat }) => seat.kind))];
  const processorSeconds = (whole.user + whole.system) / 1e6;
  return { measured: kinds.map((kind) => measureKind(kind, sent)), load, processorSeconds, settledMs };
}

/** A plain device is done when it is connected: nothing that it missed will come. */
function isDone({ seat, device }: (typeof devices)[number], sent: Record<string, SentMessage[]>): boolean {
  if (!device.isSettled()) return false;
  return seat.kind === "plain" || sentTo(seat, sent).every(({ sequence }) => device.log.arrivals.has(sequence));
}

function sentTo(seat: DeviceSeat, sent: Record<string, SentMessage[]>): SentMessage[] {
  return sent[seat.roomId] ?? [];
}

function measureKind(kind: DeviceKind, sent: Record<string, SentMessage[]>): DeviceReport["measured"][number] {
  const own = devices.filter(({ seat }) => seat.kind === kind);
  const each = own.map(({ seat, device }) => measureDevice(device.log, sentTo(seat, sent)));
  return { kind, devices: own.length, sum: addUp(each) };
}

function addUp(each: readonly Measured[]): Measured {
  const sum = (name: Exclude<keyof Measured, "replays" | "recoveries">): number =>
    each.reduce((total, one) => total + one[name], 0);
  return {
    expected: sum("expected"),
    delivered: sum("delivered"),
    repeated: sum("repeated"),
    misplaced: sum("misplaced"),
    repeatedOnWire: sum("repeatedOnWire"),
    cuts: sum("cuts"),
    missed: sum("missed"),
    replays: each.flatMap((one) => one.replays),
    recoveries: each.flatMap((one) => one.recoveries),
  };
}
