/** What the load generator is told to do, and what it answers. */
import type { Summary } from "../statistics.ts";
import type { OverloadOptions, OverloadResult } from "./overload.ts";
import type { PairsOptions } from "./pairs.ts";
import type { RoomLoad, RoomOptions, RoomRound } from "./room-rounds.ts";
import type { RoundResult, RoundTimes } from "./rounds.ts";
import type { CrowdOptions, SeatsOptions } from "./seats.ts";
import type { StormOptions, StormResult } from "./storm.ts";

/** The name of something that was connected before, or will be known by it. */
type Named = { target: string };

type RoundOrder = RoundTimes &
  Named & {
    /** What the client_message_ids of this round begin with: 24 characters, used once. */
    idPrefix: string;
  };

/** Latencies in milliseconds, over this and the earlier recorded rounds of the same kind on the same target. */
export type Round = RoundResult & { ackLatency: Summary; deliveryLatency: Summary };

export type Orders = {
  /** Connects sockets in pairs, opens their rooms, and keeps them connected. */
  connect: { input: PairsOptions & Named; output: null };
  /** Connects users to rooms that they have already. */
  seat: { input: SeatsOptions & Named; output: null };
  saturate: { input: RoundOrder & { inFlight: number; isRecorded: boolean }; output: Round };
  pace: { input: RoundOrder & { perSecond: number }; output: Round };
  overload: { input: OverloadOptions & Named; output: OverloadResult };
  /** Connects all members of one room. */
  fill: { input: RoomOptions & Named; output: null };
  /** Loads such a room; the latencies are of each delivery. */
  fanOut: { input: RoomLoad & Named; output: RoomRound & { deliveryLatency: Summary } };
  /** Connects sockets that do nothing. Gives how many have ended by themselves, as the order that asks later does. */
  open: { input: CrowdOptions & Named; output: null };
  countLost: { input: Named; output: number };
  /** Connects devices and brings them up to date; cuts them; has them come back at once. */
  settle: { input: CrowdOptions & Named; output: null };
  cut: { input: Named; output: null };
  storm: { input: StormOptions & Named; output: StormResult };
};

export type OrderName = keyof Orders;

/** An order, as it travels between the processes. */
export type Order = { [Name in OrderName]: { name: Name; input: Orders[Name]["input"] } }[OrderName];

export type Answer = { output: Orders[OrderName]["output"] } | { error: string };
