/** Raises watermarks: receipts that wait together commit together, as sends do (docs/spec.md G6). */
import type pg from "pg";
import { AppError } from "../../app-error.ts";
import { isDatabaseAway } from "../../db/database-error.ts";
import { GroupCommit } from "../../db/group-commit.ts";

export type Receipt = {
  roomId: string;
  tenantId: string;
  userId: string;
  deviceId: string | undefined;
  kind: "delivered" | "read";
  upTo: number;
};

/** Where the watermarks stand then, and whether this receipt moved them. */
export type Advanced = {
  refusal: "not_found" | null;
  moved: boolean;
  delivered_sequence: number;
  read_sequence: number;
  change: number;
  at: Date;
};

export type WatermarkAdvancer = GroupCommit<Receipt, Advanced>;

const statement = {
  name: "advance_watermarks",
  text: "select i, refusal, moved, delivered_sequence, read_sequence, change from advance_watermarks($1::json, $2::uuid[], $3)",
};
const maxBatch = 512;
const maxWaiting = 20_000;

export function createWatermarkAdvancer(pool: pg.Pool, clock: { now(): Date }): WatermarkAdvancer {
  return new GroupCommit<Receipt, Advanced>({
    maxBatch,
    maxWaiting,
    keyOf: (receipt) => `${receipt.roomId}/${receipt.userId}`,
    isItemFault: (error) => !isDatabaseAway(error),
    overflow: () => new AppError("unavailable", { message: "Too many receipts are waiting.", retryAfterSeconds: 1 }),
    write: (batch) => writeBatch(pool, clock.now(), batch),
  });
}

async function writeBatch(pool: pg.Pool, at: Date, batch: readonly Receipt[]): Promise<Advanced[]> {
  const rooms = [...new Set(batch.map((receipt) => receipt.roomId))];
  const result = await pool.query<Advanced & { i: number }>({
    ...statement,
    values: [JSON.stringify(batch.map(toRecord)), rooms, at],
  });
  const outcomes = new Array<Advanced>(batch.length);
  for (const row of result.rows) outcomes[row.i] = { ...row, at };
  return outcomes;
}

// The names are those of the record type in advance_watermarks.
function toRecord(receipt: Receipt, i: number) {
  return {
    i,
    room: receipt.roomId,
    tenant: receipt.tenantId,
    usr: receipt.userId,
    device: receipt.deviceId,
    kind: receipt.kind,
    up_to: receipt.upTo,
  };
}
