/** Operations on who is in a room, and as what. */
import { z } from "zod";
import { member, memberRoles } from "../models/room.ts";
import { operation } from "../operation.ts";
import { cursor, id, pageLimit, timestamp, userId } from "../scalars.ts";

export const memberOperations = {
  "members.list": operation({
    summary: "A room's members, by user id.",
    access: "member",
    limit: "read",
    input: z.object({ room_id: id, limit: pageLimit, cursor: cursor.optional() }),
    output: z.array(member),
    paged: true,
    rest: { method: "GET", path: "/rooms/:room_id/members" },
    errors: ["not_found"],
  }),
  "members.add": operation({
    summary: "Add a user to a room; adding a member changes nothing.",
    access: "adder",
    limit: "write",
    input: z.object({ room_id: id, user_id: userId }),
    output: member,
    rest: { method: "POST", path: "/rooms/:room_id/members", status: 201 },
    socket: { event: "group:join", reply: "group:member:added", error: "room:error" },
    errors: ["not_found", "forbidden", "conflict"],
  }),
  "members.remove": operation({
    summary: "Remove a member; the owner can't be removed.",
    access: "admin",
    limit: "write",
    input: z.object({ room_id: id, user_id: userId }),
    output: z.object({ room_id: z.string(), user_id: z.string() }),
    rest: { method: "DELETE", path: "/rooms/:room_id/members/:user_id" },
    errors: ["not_found", "forbidden"],
  }),
  "members.setRole": operation({
    summary: "Make a member an admin or a plain member; the owner may hand over ownership.",
    access: "admin",
    limit: "write",
    input: z.object({ room_id: id, user_id: userId, role: z.enum(memberRoles) }),
    output: member,
    rest: { method: "PATCH", path: "/rooms/:room_id/members/:user_id" },
    errors: ["not_found", "forbidden"],
  }),
  "groups.leave": operation({
    summary:
      "Leave a room. An owner's place goes to the longest-standing admin, else member; the last to leave closes it.",
    access: "member",
    limit: "write",
    input: z.object({ room_id: id }),
    output: z.object({ success: z.literal(true), room_id: z.string(), left_at: timestamp }),
    rest: { method: "POST", path: "/rooms/:room_id/leave" },
    socket: { event: "group:leave", reply: "group:left", error: "room:error" },
    errors: ["not_found", "forbidden"],
  }),
};
