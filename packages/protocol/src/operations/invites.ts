/** Operations by which users become members: links, invitations and requests. */
import { z } from "zod";
import { invitation, invite, joinRequest } from "../models/invite.ts";
import { operation } from "../operation.ts";
import { cursor, id, pageLimit, text, timestamp, userId } from "../scalars.ts";

const error = "room:error";
const code = text(1, 64);

export const inviteOperations = {
  "invites.create": operation({
    summary: "Make a link by which people join a room.",
    access: "adder",
    limit: "write",
    input: z.object({
      room_id: id,
      expires_at: timestamp.nullish().describe("In the future; a week from now when not given, null: never."),
      max_uses: z.int().min(1).max(100_000).nullish().describe("Null: any number."),
      needs_approval: z.boolean().default(false).describe("Who follows it asks to join, and admins decide."),
    }),
    output: invite,
    rest: { method: "POST", path: "/rooms/:room_id/invites", status: 201 },
    errors: ["not_found", "forbidden", "conflict"],
  }),
  "invites.list": operation({
    summary: "A room's links that still work, the newest first.",
    access: "adder",
    limit: "read",
    input: z.object({ room_id: id }),
    output: z.array(invite),
    rest: { method: "GET", path: "/rooms/:room_id/invites" },
    errors: ["not_found", "forbidden"],
  }),
  "invites.revoke": operation({
    summary: "End a link: admins any, others their own.",
    access: "adder",
    limit: "write",
    input: z.object({ room_id: id, code }),
    output: z.object({ room_id: z.string(), code: z.string() }),
    rest: { method: "DELETE", path: "/rooms/:room_id/invites/:code" },
    errors: ["not_found", "forbidden"],
  }),
  "invites.preview": operation({
    summary: "What a link leads to, for whoever has it.",
    access: "user",
    limit: "read",
    input: z.object({ code }),
    output: z
      .object({
        room_id: z.string(),
        name: z.string().nullable(),
        description: z.string().nullable(),
        avatar_url: z.string().nullable(),
        member_count: z.int(),
        needs_approval: z.boolean(),
        is_member: z.boolean(),
      })
      .meta({ id: "InvitePreview" }),
    rest: { method: "GET", path: "/invites/:code" },
    errors: ["not_found", "gone"],
  }),
  "groups.joinConfirm": operation({
    summary: "Join a room by a link's code, or accept an invitation. A link may lead to a request that admins decide.",
    access: "user",
    limit: "write",
    input: z.object({ room_id: id, invite_code: code.nullish() }),
    output: z
      .object({
        success: z.literal(true),
        room_id: z.string(),
        joined_at: timestamp.nullable().describe("Null while it is a request."),
        is_pending: z.boolean(),
      })
      .meta({ id: "Joined" }),
    rest: { method: "POST", path: "/rooms/:room_id/join" },
    socket: { event: "group:join:confirm", reply: "group:joined", error },
    errors: ["not_found", "gone", "conflict"],
  }),
  "invitations.create": operation({
    summary: "Invite a user to a room, who joins by accepting it; inviting a member or twice changes nothing.",
    access: "adder",
    limit: "write",
    input: z.object({ room_id: id, user_id: userId }),
    output: invitation,
    rest: { method: "POST", path: "/rooms/:room_id/invitations", status: 201 },
    socket: { event: "group:invite", reply: "group:invited", error },
    errors: ["not_found", "forbidden", "conflict"],
  }),
  "invitations.list": operation({
    summary: "The invitations that wait for the caller, the newest first.",
    access: "user",
    limit: "read",
    input: z.object({ limit: pageLimit, cursor: cursor.optional() }),
    output: z.array(invitation),
    paged: true,
    rest: { method: "GET", path: "/invitations" },
    errors: [],
  }),
  "invitations.decline": operation({
    summary: "Decline an invitation.",
    access: "user",
    limit: "write",
    input: z.object({ room_id: id }),
    output: z.object({ room_id: z.string() }),
    rest: { method: "DELETE", path: "/invitations/:room_id" },
    errors: ["not_found"],
  }),
  "joinRequests.list": operation({
    summary: "Who asks to join a room, the oldest request first.",
    access: "admin",
    limit: "read",
    input: z.object({ room_id: id, limit: pageLimit, cursor: cursor.optional() }),
    output: z.array(joinRequest),
    paged: true,
    rest: { method: "GET", path: "/rooms/:room_id/join-requests" },
    errors: ["not_found", "forbidden"],
  }),
  "joinRequests.decide": operation({
    summary: "Let in one who asked, or not.",
    access: "admin",
    limit: "write",
    input: z.object({ room_id: id, user_id: userId, decision: z.enum(["approve", "deny"]) }),
    output: z.object({ room_id: z.string(), user_id: z.string(), decision: z.enum(["approve", "deny"]) }),
    rest: { method: "POST", path: "/rooms/:room_id/join-requests/:user_id" },
    errors: ["not_found", "forbidden", "conflict"],
  }),
  "joinRequests.withdraw": operation({
    summary: "Ask no longer to join a room.",
    access: "user",
    limit: "write",
    input: z.object({ room_id: id }),
    output: z.object({ room_id: z.string() }),
    rest: { method: "DELETE", path: "/rooms/:room_id/join-requests" },
    errors: ["not_found"],
  }),
};
