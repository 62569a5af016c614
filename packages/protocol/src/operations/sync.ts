/** Operations that bring a device up to date. */
import { z } from "zod";
import { accountSettings, hiddenMessage, roomPreferences, starredMessage } from "../models/account.ts";
import { deviceId } from "../models/device.ts";
import { message } from "../models/message.ts";
import { watermarks } from "../models/receipt.ts";
import { member, room } from "../models/room.ts";
import { operation } from "../operation.ts";
import { counter, cursor, id, pageLimit, timestamp } from "../scalars.ts";

export const syncOperations = {
  "sync.chats": operation({
    summary: "What changed for the caller since the cursor: rooms that moved or ended, and their private state.",
    access: "user",
    limit: "read",
    input: z.object({ device_id: deviceId.optional(), cursor: cursor.optional(), limit: pageLimit }),
    output: z.object({
      rooms: z.array(room),
      removed_rooms: z.array(z.string()).describe("Rooms that the caller is no longer a member of."),
      account: z.object({
        account_change: counter,
        hidden_messages: z.array(hiddenMessage),
        starred_messages: z.array(starredMessage),
        preferences: z.array(roomPreferences),
        settings: accountSettings
          .nullable()
          .describe("Null if they have not changed; always there where full is true."),
      }),
      last_sync_timestamp: timestamp,
      cursor: z.string(),
      has_more: z.boolean(),
      full: z.boolean().describe("The device must drop what it has: this reply starts from nothing."),
    }),
    rest: { method: "POST", path: "/sync/chats" },
    socket: { event: "chats:sync", reply: "chats:synced", error: "sync:error" },
    errors: [],
  }),
  "sync.messages": operation({
    summary:
      "What changed in a room. since_change brings the present state of every row changed after it; since_sequence and since_timestamp bring newer messages; with none of them, or when the device is too far behind, `full` is true.",
    access: "member",
    limit: "read",
    input: z.object({
      room_id: id,
      since_change: counter.optional(),
      since_sequence: counter.optional(),
      since_timestamp: z.iso.datetime({ offset: true }).optional(),
      limit: pageLimit,
    }),
    output: z.object({
      room_id: z.string(),
      messages: z.array(message),
      has_more: z.boolean(),
      last_sequence: counter.describe("How far this page reaches by sequence; the room's last when has_more is false."),
      last_change: counter.describe("The since_change for the next call."),
      room: room.optional().describe("Present when the room itself changed, or full is true."),
      members: z.array(member).optional(),
      receipts: z.array(watermarks).optional().describe("The watermarks that moved."),
      full: z.boolean().optional(),
    }),
    rest: { method: "POST", path: "/sync/messages" },
    socket: { event: "messages:sync", reply: "messages:synced", error: "sync:error" },
    errors: ["not_found"],
  }),
};
