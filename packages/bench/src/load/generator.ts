/** The load generator, a program of its own: takes one order at a time over its IPC channel and answers it. */
import { createLatencies, type Latencies, Ledger } from "./ledger.ts";
import type { Answer, Order, Orders, Round } from "./orders.ts";
import { connectPairs, type Line } from "./pairs.ts";
import { pace, type RoundResult, saturate } from "./rounds.ts";

type Target = { lines: Line[]; recorded: Latencies };

const targets = new Map<string, Target>();

process.on("message", async (order: Order) => {
  const answer: Answer = await carryOut(order).then(
    (output) => ({ output }),
    (error: unknown) => ({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
  process.send?.(answer);
});

// Whoever gives the orders is all that keeps this program going.
process.channel?.ref();
process.once("SIGTERM", () => process.exit(0));

function carryOut({ name, input }: Order): Promise<Orders[Order["name"]]["output"]> {
  if (name === "connect") return connect(input);
  if (name === "saturate") return saturateTarget(input);
  return paceTarget(input);
}

async function connect({ target, ...options }: Orders["connect"]["input"]): Promise<null> {
  targets.set(target, { lines: await connectPairs(options), recorded: createLatencies() });
  return null;
}

async function saturateTarget({ target, idPrefix, isRecorded, ...times }: Orders["saturate"]["input"]): Promise<Round> {
  const { lines, recorded } = findTarget(target);
  const ledger = new Ledger(idPrefix, isRecorded ? recorded : createLatencies());
  return toRound(ledger, await saturate(lines, ledger, times));
}

async function paceTarget({ target, idPrefix, ...times }: Orders["pace"]["input"]): Promise<Round> {
  const ledger = new Ledger(idPrefix);
  return toRound(ledger, await pace(findTarget(target).lines, ledger, times));
}

function findTarget(name: string): Target {
  const target = targets.get(name);
  if (!target) throw new Error(`not connected to ${name}`);
  return target;
}

function toRound({ latencies }: Ledger, result: RoundResult): Round {
  return { ...result, ackLatency: latencies.ack.summarize(), deliveryLatency: latencies.delivery.summarize() };
}
