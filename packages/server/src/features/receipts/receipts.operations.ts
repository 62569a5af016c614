/** Receipts, and what is derived from them. */
import type { Handlers } from "../../context.ts";
import { accessRoom, findUnread } from "../rooms/rooms-access.ts";
import { mark, markTarget } from "./mark.ts";
import { messageInfo } from "./message-info.ts";

export const receiptHandlers = {
  "receipts.markDelivered": (ctx, input) => markTarget(ctx, "delivered", input),
  "receipts.markSeen": (ctx, input) => markTarget(ctx, "read", input),
  "receipts.mark": (ctx, input) => mark(ctx, input.kind, input.room_id, input.up_to_sequence),
  "messages.info": messageInfo,
  "rooms.unread": async (ctx, input) => {
    const roomId = input.room_id === undefined ? undefined : (await accessRoom(ctx, input.room_id)).id;
    const rows = await findUnread(ctx.db, ctx.actor, roomId);
    return {
      total_unread: rows.reduce((total, row) => total + row.unread_count, 0),
      rooms: rows.filter((row) => row.unread_count > 0 || row.mention_count > 0),
    };
  },
} satisfies Partial<Handlers>;
