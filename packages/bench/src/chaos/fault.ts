/** What a fault is given, and what it leaves to be judged. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../random.ts";
import type { Progress } from "../scenario.ts";
import type { Cluster, ClusterNode, Prepared } from "./cluster.ts";

/** That a node was taken away, by the clock that all processes share (moment.ts). */
export type Strike = { kind: "kill" | "drain"; node: number; at: number };

export type FaultContext = {
  cluster: Cluster;
  prepared: Prepared;
  random: Random;
  progress: Progress;
  /** A second, or less where a run is pressed for time: what faults wait is counted in it. */
  secondMs: number;
  strikes: Strike[];
  problems: string[];
  /** What faults measured of themselves, one entry each. */
  figures: Record<string, number>[];
};

/** Disturbs the cluster once and puts all right again. */
export type Fault = (context: FaultContext) => Promise<void>;

/** Waits a number of seconds between two, drawn by the run's seed. */
export async function waitSeconds({ random, secondMs }: FaultContext, least: number, most = least): Promise<void> {
  await sleep((least + random.next() * (most - least)) * secondMs);
}

export function pickNode({ cluster, random }: FaultContext): ClusterNode {
  return random.pick(cluster.nodes);
}
