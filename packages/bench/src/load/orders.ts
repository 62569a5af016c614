/** What the load generator is told to do, and what it answers. */
import type { Summary } from "../statistics.ts";
import type { PairsOptions } from "./pairs.ts";
import type { RoundResult, RoundTimes } from "./rounds.ts";

type RoundOrder = RoundTimes & {
  /** The name of a server that `connect` has connected to. */
  target: string;
  /** What the client_message_ids of this round begin with: 24 characters, used once. */
  idPrefix: string;
};

/** Latencies in milliseconds, over this and the earlier recorded rounds of the same kind on the same target. */
export type Round = RoundResult & { ackLatency: Summary; deliveryLatency: Summary };

export type Orders = {
  /** Connects sockets in pairs, opens their rooms, and keeps them connected. */
  connect: { input: PairsOptions & { target: string }; output: null };
  saturate: { input: RoundOrder & { inFlight: number; isRecorded: boolean }; output: Round };
  pace: { input: RoundOrder & { perSecond: number }; output: Round };
};

export type OrderName = keyof Orders;

/** An order, as it travels between the processes. */
export type Order = { [Name in OrderName]: { name: Name; input: Orders[Name]["input"] } }[OrderName];

export type Answer = { output: Orders[OrderName]["output"] } | { error: string };
