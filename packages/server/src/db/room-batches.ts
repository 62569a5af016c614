/**
 * Batches that a SQL function writes to many rooms at once. A room that another transaction holds is passed over, and
 * what was for it goes on in a lane of the room's own, so that one slow room holds up no other.
 */
import pg from "pg";
import { AppError } from "../app-error.ts";
import { GroupCommit } from "./group-commit.ts";

type RoomItem = { roomId: string };

/** A row that the function gives for each item, by the item's index. `busy`: the room was held, nothing was written. */
type OutcomeRow = { i: number; refusal: string | null };

type RoomBatchesOptions<Item extends RoomItem> = {
  /** Of one connection, so that batches of one process never hold rooms from each other. */
  pool: pg.Pool;
  clock: { now(): Date };
  /** The function: it takes the batch as JSON, its rooms, and the time, and passes over rooms that are held. */
  functionName: string;
  columns: readonly string[];
  /** An item as the function's record type has it, with its index `i` in the batch. */
  toRecord(item: Item, i: number): object;
  keyOf(item: Item): string | undefined;
  /** Told of each batch: its rows, and how long the round trip took. */
  observe?(batch: { outcomes: readonly OutcomeRow[]; seconds: number }): void;
};

export type RoomBatches<Item, Outcome> = {
  /** Resolves when the item has been committed, or refused. */
  add(item: Item): Promise<Outcome>;
  /** Whether so many wait that no more are taken. */
  isFull(): boolean;
  drain(): Promise<void>;
};

const maxBatch = 512;
const maxWaiting = 5_000;
const patienceMs = 10_000;

// Classes of errors that a statement of ours can end with, after which nothing of it remains: bad data, a violated
// constraint, a fault of the statement, an exception raised. Anything else may have committed all the same.
const rolledBack = /^(21|22|23|42|P0)/;

export function createRoomBatches<Item extends RoomItem, Outcome extends OutcomeRow>(
  options: RoomBatchesOptions<Item>,
): RoomBatches<Item, Outcome> {
  const lanes = new Map<string, GroupCommit<Item, Outcome>>();
  let inLanes = 0;

  const main = createQueue<Item, Outcome>(options, async (batch) => {
    const free = lanes.size === 0 ? batch : batch.filter((item) => !lanes.has(item.roomId));
    const outcomes = free.length === 0 ? [] : await writeBatch<Item, Outcome>(options, free);
    let next = 0;
    return batch.map((item) => {
      // Those that are free come in the order of the batch.
      if (item !== free[next]) return addToLane(item);
      const outcome = outcomes[next];
      next += 1;
      return outcome?.refusal === "busy" ? addToLane(item) : requireOutcome(outcome);
    });
  });

  // Once a room has a lane, all that comes for it takes the lane until it is empty: order is kept.
  async function addToLane(item: Item): Promise<Outcome> {
    const lane =
      lanes.get(item.roomId) ?? createQueue(options, (batch) => writeWhenFree<Item, Outcome>(options, batch));
    lanes.set(item.roomId, lane);
    inLanes += 1;
    try {
      return await lane.add(item);
    } finally {
      inLanes -= 1;
      if (lane.isIdle && lanes.get(item.roomId) === lane) lanes.delete(item.roomId);
    }
  }

  const isFull = (): boolean => main.size + inLanes >= maxWaiting;

  return {
    isFull,
    add(item) {
      return isFull() ? Promise.reject(overflow()) : main.add(item);
    },
    async drain() {
      await main.drain();
      await Promise.all([...lanes.values()].map((lane) => lane.drain()));
    },
  };
}

function createQueue<Item extends RoomItem, Outcome>(
  options: RoomBatchesOptions<Item>,
  write: (batch: readonly Item[]) => Promise<(Outcome | Promise<Outcome>)[]>,
): GroupCommit<Item, Outcome> {
  const isItemFault = (error: unknown): boolean =>
    error instanceof pg.DatabaseError && rolledBack.test(error.code ?? "");
  return new GroupCommit<Item, Outcome>({ write, maxBatch, keyOf: options.keyOf, isItemFault });
}

/** Tries until the room of the batch is free, or the patience is over: waiting here takes no connection. */
async function writeWhenFree<Item extends RoomItem, Outcome extends OutcomeRow>(
  options: RoomBatchesOptions<Item>,
  batch: readonly Item[],
): Promise<Outcome[]> {
  const deadline = performance.now() + patienceMs;
  for (let pause = 5; ; pause = Math.min(pause * 2, 100)) {
    const outcomes = await writeBatch<Item, Outcome>(options, batch);
    const isBusy = outcomes.some((outcome) => outcome.refusal === "busy");
    if (!isBusy || performance.now() > deadline) return outcomes;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

async function writeBatch<Item extends RoomItem, Outcome extends OutcomeRow>(
  options: RoomBatchesOptions<Item>,
  batch: readonly Item[],
): Promise<Outcome[]> {
  const startedAt = performance.now();
  const records = batch.map(options.toRecord);
  const rooms = [...new Set(batch.map((item) => item.roomId))];
  const result = await options.pool.query<Outcome>({
    name: options.functionName,
    text: `select ${options.columns.join(", ")} from ${options.functionName}($1::json, $2::uuid[], $3)`,
    values: [JSON.stringify(records), rooms, options.clock.now()],
  });
  const outcomes = new Array<Outcome>(batch.length);
  for (const row of result.rows) outcomes[row.i] = row;
  options.observe?.({ outcomes, seconds: (performance.now() - startedAt) / 1000 });
  return outcomes;
}

function requireOutcome<Outcome>(outcome: Outcome | undefined): Outcome {
  if (outcome === undefined) throw new Error("a batch was written without an outcome for each item");
  return outcome;
}

function overflow(): AppError {
  return new AppError("unavailable", { message: "Too much is waiting to be written.", retryAfterSeconds: 1 });
}
