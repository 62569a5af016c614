/** Operations on watermarks and what is derived from them. */
import { z } from "zod";
import { receiptKinds, watermarks } from "../models/receipt.ts";
import { operation } from "../operation.ts";
import { counter, id } from "../scalars.ts";

const target = z.object({
  message_id: id.optional().describe("Everything up to this message; or give room_id and up_to_sequence."),
  room_id: id.optional(),
  up_to_sequence: counter.optional(),
});

const marked = watermarks
  .extend({
    is_changed: z.boolean().describe("Whether this call raised them; otherwise `change` is that of an earlier one."),
  })
  .meta({ id: "MarkedWatermarks" });

const socketDoor = (event: string) => ({ event, reply: "message:receipt:ok", error: "message:error" });

export const receiptOperations = {
  "receipts.markDelivered": operation({
    summary: "Say that everything up to a message has reached this device.",
    access: "member",
    limit: "receipt",
    input: target,
    output: marked,
    rest: { method: "PUT", path: "/messages/:message_id/delivered" },
    socket: socketDoor("message:delivered"),
    errors: ["not_found"],
  }),
  "receipts.markSeen": operation({
    summary: "Say that everything up to a message has been read.",
    access: "member",
    limit: "receipt",
    input: target,
    output: marked,
    rest: { method: "PUT", path: "/messages/:message_id/seen" },
    socket: socketDoor("message:seen"),
    errors: ["not_found"],
  }),
  "receipts.mark": operation({
    summary: "Raise the caller's watermark in a room. Watermarks only rise, and never beyond the last message.",
    access: "member",
    limit: "receipt",
    input: z.object({ room_id: id, kind: z.enum(receiptKinds), up_to_sequence: counter }),
    output: marked,
    rest: { method: "POST", path: "/rooms/:room_id/receipts" },
    errors: ["not_found"],
  }),
  "rooms.unread": operation({
    summary: "Unread messages and mentions, in all rooms or in one. Rooms with nothing unread are left out.",
    access: "user",
    limit: "read",
    input: z.object({ room_id: id.optional() }),
    output: z.object({
      total_unread: counter,
      rooms: z.array(z.object({ room_id: z.string(), unread_count: counter, mention_count: counter })),
    }),
    rest: { method: "GET", path: "/unread-count" },
    socket: { event: "unread:get", reply: "unread:count", error: "message:error" },
    errors: ["not_found"],
  }),
};
