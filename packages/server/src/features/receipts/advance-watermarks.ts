/** Raises watermarks: receipts that wait together commit together, as sends do (docs/spec.md G6). */
import type pg from "pg";
import { createRoomBatches, type RoomBatches } from "../../db/room-batches.ts";

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
  i: number;
  refusal: "not_found" | "busy" | null;
  moved: boolean;
  delivered_sequence: number;
  read_sequence: number;
  change: number;
  moved_at: Date;
  /** Whether others may know of it. What a member reads in secret has, to them, been received. */
  is_shared: boolean;
  /** Whether the delivered watermark rose. */
  is_delivered: boolean;
  /** The other of a direct room, whom the member blocks, is to hear nothing of it. */
  is_withheld: boolean;
};

export type WatermarkAdvancer = RoomBatches<Receipt, Advanced>;

const columns = [
  "i",
  "refusal",
  "moved",
  "delivered_sequence",
  "read_sequence",
  "change",
  "moved_at",
  "is_shared",
  "is_delivered",
  "is_withheld",
];

export function createWatermarkAdvancer(pool: pg.Pool, clock: { now(): Date }): WatermarkAdvancer {
  return createRoomBatches<Receipt, Advanced>({
    pool,
    clock,
    functionName: "advance_watermarks",
    columns,
    toRecord,
    keyOf: (receipt) => `${receipt.roomId}/${receipt.userId}`,
  });
}

// The names are those of the record type in advance_watermarks.
function toRecord(receipt: Receipt, i: number): object {
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
