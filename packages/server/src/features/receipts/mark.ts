/** Says that everything up to a sequence was received or read. */
import type { ReceiptKind } from "@pipit/protocol/models/receipt";
import type { Output } from "@pipit/protocol/operations";
import { AppError } from "../../app-error.ts";
import type { Context } from "../../context.ts";
import { accessMessage } from "../messages/room-messages-access.ts";
import { parseRoomId } from "../rooms/rooms-access.ts";
import type { Advanced, Receipt } from "./advance-watermarks.ts";

type Marked = Output<"receipts.mark">;
type Target = { message_id?: string | undefined; room_id?: string | undefined; up_to_sequence?: number | undefined };

const eventOf = { delivered: "message:delivered:update", read: "message:seen:update" } as const;

/** Marks up to a message, or up to a sequence of a room. */
export async function markTarget(ctx: Context, kind: ReceiptKind, target: Target): Promise<Marked> {
  if (target.message_id !== undefined) {
    const { room, row } = await accessMessage(ctx, target.message_id);
    return mark(ctx, kind, room.id, row.sequence);
  }
  if (target.room_id === undefined || target.up_to_sequence === undefined) {
    const message = "give message_id, or room_id and up_to_sequence";
    throw new AppError("invalid_request", { details: [{ path: "", message }] });
  }
  return mark(ctx, kind, target.room_id, target.up_to_sequence);
}

/** Raises a watermark of the caller's, never above the room's last message; the room hears of it only if it rose. */
export async function mark(ctx: Context, kind: ReceiptKind, roomId: string, upTo: number): Promise<Marked> {
  const receipt: Receipt = {
    roomId: parseRoomId(roomId),
    tenantId: ctx.actor.tenantId,
    userId: ctx.actor.userId,
    deviceId: ctx.actor.deviceId,
    kind,
    upTo,
  };
  const advanced = await ctx.watermarks.add(receipt);
  if (advanced.refusal === "busy") throw new AppError("unavailable", { retryAfterSeconds: 1 });
  if (advanced.refusal !== null) throw new AppError("not_found", { message: "There is no such room." });
  if (advanced.moved) {
    if (kind === "read") ctx.push.signals.noteRead(receipt);
    publishMove(ctx, receipt, advanced);
  }
  return {
    room_id: receipt.roomId,
    user_id: receipt.userId,
    delivered_sequence: advanced.delivered_sequence,
    read_sequence: advanced.read_sequence,
    change: advanced.change,
    is_changed: advanced.moved,
  };
}

function publishMove(ctx: Context, receipt: Receipt, advanced: Advanced): void {
  const { audiences, actor } = ctx;
  const move = {
    room_id: receipt.roomId,
    user_id: receipt.userId,
    change: advanced.change,
    timestamp: advanced.moved_at.toISOString(),
  };
  const read = { ...move, up_to_sequence: advanced.read_sequence };
  const delivered = { ...move, up_to_sequence: advanced.delivered_sequence };
  try {
    if (advanced.is_withheld) {
      audiences.toUser(actor, eventOf.read, read, actor.socketId);
    } else if (advanced.is_shared) {
      const payload = receipt.kind === "read" ? read : delivered;
      audiences.toRoom(receipt.roomId, eventOf[receipt.kind], payload, actor.socketId);
    } else {
      audiences.toUser(actor, eventOf.read, read, actor.socketId);
      // To the others it has been received; if it had been before, nothing tells them of the moment.
      if (advanced.is_delivered) audiences.toRoomBut([actor], receipt.roomId, eventOf.delivered, delivered);
    }
  } catch (error) {
    ctx.log.error({ err: error, room_id: receipt.roomId }, "a receipt could not be published");
  }
}
