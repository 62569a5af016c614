/** The load generator, a program of its own: takes one order at a time over its IPC channel and answers it. */
import type { LightSocket } from "../wire/light-socket.ts";
import { createLatencies, type Latencies, Ledger } from "./ledger.ts";
import type { Answer, Order, OrderName, Orders, Round } from "./orders.ts";
import { overload } from "./overload.ts";
import { connectPairs, type Line } from "./pairs.ts";
import { type FullRoom, fillRoom, loadRoom } from "./room-rounds.ts";
import { pace, type RoundResult, saturate } from "./rounds.ts";
import { connectSeats, openCrowd } from "./seats.ts";
import { cutDevices, type Devices, runStorm, settleDevices } from "./storm.ts";

type Target = { lines: Line[]; recorded: Latencies };
type CarryOut = { [Name in OrderName]: (input: Orders[Name]["input"]) => Promise<Orders[Name]["output"]> };

const targets = new Map<string, Target>();
const rooms = new Map<string, FullRoom>();
const crowds = new Map<string, { lost: number }>();
const devices = new Map<string, Devices>();

const carryOut: CarryOut = {
  connect: async ({ target, ...options }) => keepLines(target, await connectPairs(options)),
  seat: async ({ target, ...options }) => keepLines(target, await connectSeats(options)),
  saturate: saturateTarget,
  pace: paceTarget,
  overload: ({ target, ...options }) => overload(find(targets, target).lines, options),
  fill: async ({ target, ...options }) => keep(rooms, target, await fillRoom(options)),
  fanOut: async ({ target, ...load }) => {
    const { ledger, round } = await loadRoom(find(rooms, target), load);
    return { ...round, deliveryLatency: ledger.latencies.summarize() };
  },
  open: async ({ target, ...options }) => keep(crowds, target, watch(await openCrowd(options))),
  countLost: async ({ target }) => find(crowds, target).lost,
  settle: async ({ target, ...options }) => keep(devices, target, await settleDevices(options)),
  cut: ({ target }) => cutDevices(find(devices, target)),
  storm: ({ target, ...options }) => runStorm(find(devices, target), options),
};

process.on("message", async (order: Order) => {
  // The table has under each name what takes that name's input; the compiler does not follow that.
  const task = carryOut[order.name] as (input: Order["input"]) => Promise<Orders[OrderName]["output"]>;
  const answer: Answer = await Promise.resolve(order.input)
    .then(task)
    .then(
      (output) => ({ output }),
      (error: unknown) => ({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  process.send?.(answer);
});

// Whoever gives the orders is all that keeps this program going.
process.channel?.ref();
process.once("SIGTERM", () => process.exit(0));

async function saturateTarget({ target, idPrefix, isRecorded, ...times }: Orders["saturate"]["input"]): Promise<Round> {
  const { lines, recorded } = find(targets, target);
  const ledger = new Ledger(idPrefix, isRecorded ? recorded : createLatencies());
  return toRound(ledger, await saturate(lines, ledger, times));
}

async function paceTarget({ target, idPrefix, ...times }: Orders["pace"]["input"]): Promise<Round> {
  const ledger = new Ledger(idPrefix);
  return toRound(ledger, await pace(find(targets, target).lines, ledger, times));
}

function keepLines(name: string, lines: Line[]): null {
  return keep(targets, name, { lines, recorded: createLatencies() });
}

function keep<Value>(map: Map<string, Value>, name: string, value: Value): null {
  map.set(name, value);
  return null;
}

function find<Value>(map: Map<string, Value>, name: string): Value {
  const value = map.get(name);
  if (!value) throw new Error(`not connected to ${name}`);
  return value;
}

function watch(sockets: readonly LightSocket[]): { lost: number } {
  const crowd = { lost: 0 };
  const note = (): void => {
    crowd.lost += 1;
  };
  for (const { closed } of sockets) closed.then(note, note);
  return crowd;
}

function toRound({ latencies }: Ledger, result: RoundResult): Round {
  return { ...result, ackLatency: latencies.ack.summarize(), deliveryLatency: latencies.delivery.summarize() };
}
