/** Operations on rooms. */
import { z } from "zod";
import { roomPreferences } from "../models/account.ts";
import { room, roomSettings } from "../models/room.ts";
import { operation } from "../operation.ts";
import { cursor, id, pageLimit, pictureUrl, text, timestamp, userId } from "../scalars.ts";

const error = "room:error";
const name = text(1, 100);
const description = text(0, 500).nullable();
const settings = roomSettings.partial();

export const roomOperations = {
  "rooms.create": operation({
    summary: "Create a group or a channel, or find or create the direct room with one other user.",
    access: "user",
    limit: "write",
    input: z.object({
      type: z.enum(["direct", "group", "channel"]).default("group"),
      name: name.optional(),
      description: description.optional(),
      avatar_url: pictureUrl.nullish(),
      member_ids: z.array(userId).max(1023).default([]),
      settings: settings.optional(),
    }),
    output: room,
    rest: { method: "POST", path: "/rooms", status: 201 },
    socket: { event: "group:create", reply: "room:created", error },
    errors: ["not_found"],
  }),
  "rooms.createDirect": operation({
    summary: "Find or create the direct room with a user.",
    access: "user",
    limit: "write",
    input: z.object({ user_id: userId }),
    output: room,
    socket: { event: "chat:create", reply: "room:created", error },
    errors: ["not_found"],
  }),
  "rooms.list": operation({
    summary: "The caller's rooms, the one with the newest message first.",
    access: "user",
    limit: "read",
    input: z.object({ limit: pageLimit, cursor: cursor.optional() }),
    output: z.array(room),
    paged: true,
    rest: { method: "GET", path: "/rooms" },
    errors: [],
  }),
  "rooms.get": operation({
    summary: "One room.",
    access: "member",
    limit: "read",
    input: z.object({ room_id: id }),
    output: room,
    rest: { method: "GET", path: "/rooms/:room_id" },
    errors: ["not_found"],
  }),
  "rooms.update": operation({
    summary: "Change a room's name, description, picture (whoever may edit its info) or settings (admins).",
    access: "editor",
    limit: "write",
    input: z.object({
      room_id: id,
      name: name.optional(),
      description: description.optional(),
      avatar_url: pictureUrl.nullish(),
      settings: settings.optional(),
    }),
    output: room,
    rest: { method: "PATCH", path: "/rooms/:room_id" },
    socket: { event: "group:update", reply: "group:updated", error },
    errors: ["not_found", "forbidden"],
  }),
  "rooms.setPreferences": operation({
    summary:
      "Set what the caller alone has of a room: pinned, archived, muted, marked unread, and what they have begun to write.",
    access: "member",
    limit: "write",
    input: z.object({
      room_id: id,
      is_pinned: z.boolean().optional(),
      is_archived: z.boolean().optional(),
      muted_until: timestamp.nullish().describe("Null: not muted."),
      is_marked_unread: z.boolean().optional(),
      is_request: z.literal(false).optional().describe("False accepts it."),
      draft: z
        .object({ content: text(0, 10_000), reply_to: id.nullish() })
        .nullish()
        .describe("Null, or without content and reply: there is none."),
    }),
    output: roomPreferences,
    rest: { method: "PATCH", path: "/rooms/:room_id/preferences" },
    socket: { event: "room:preferences:update", reply: "room:preferences:updated", error },
    errors: ["not_found"],
  }),
  "rooms.delete": operation({
    summary: "Close a room for all its members.",
    access: "owner",
    limit: "write",
    input: z.object({ room_id: id }),
    output: z.object({ room_id: z.string() }),
    rest: { method: "DELETE", path: "/rooms/:room_id" },
    errors: ["not_found", "forbidden"],
  }),
};
