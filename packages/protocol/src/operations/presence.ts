/** Operations on who is there, and who is writing. */
import { z } from "zod";
import { presence, privacy, typingKinds } from "../models/presence.ts";
import { operation } from "../operation.ts";
import { counter, id, text, userId } from "../scalars.ts";

const error = "presence:error";
const userIds = z.array(userId).min(1).max(200);
const statusMessage = text(0, 140).nullable();

export const presenceOperations = {
  "presence.lastSeen": operation({
    summary:
      "Whether a user is online, when they were last seen, and their status message, as far as the caller may know.",
    access: "user",
    limit: "read",
    input: z.object({ user_id: userId }),
    output: presence,
    rest: { method: "GET", path: "/users/:user_id/presence" },
    socket: { event: "user:last_seen:request", reply: "user:last_seen:response", error: "user:last_seen:error" },
    errors: ["not_found"],
  }),
  "presence.setStatusMessage": operation({
    summary: "Set one's own status message; blank or null takes it away.",
    access: "user",
    limit: "write",
    input: z.object({ status_message: statusMessage }),
    output: z.object({ status_message: z.string().nullable(), account_change: counter }),
    rest: { method: "PUT", path: "/users/me/status-message" },
    socket: {
      event: "user:status_message:update",
      reply: "user:status_message:updated",
      error: "user:status_message:error",
    },
    errors: [],
  }),
  "presence.subscribe": operation({
    summary:
      "Hear of users from now on, by user:presence_update; the reply says how they are now. At most 500 a socket.",
    access: "user",
    limit: "presence",
    input: z.object({ user_ids: userIds }),
    output: z.array(presence).describe("Users who do not exist are left out."),
    socket: { event: "presence:subscribe", reply: "presence:state", error },
    errors: ["conflict"],
  }),
  "presence.unsubscribe": operation({
    summary: "Hear of users no more.",
    access: "user",
    limit: "presence",
    input: z.object({ user_ids: userIds }),
    output: z.object({ user_ids: z.array(z.string()) }),
    socket: { event: "presence:unsubscribe", reply: null, error },
    errors: [],
  }),
  "presence.typing": operation({
    summary: "Tell a room that one is writing or recording. It lasts 5 seconds; say so again while it goes on.",
    access: "member",
    limit: "presence",
    input: z.object({ room_id: id, kind: z.enum(typingKinds).default("text") }),
    output: z.object({}),
    socket: { event: "user:typing", reply: null, error },
    errors: ["not_found"],
  }),
  "presence.stopTyping": operation({
    summary: "Tell a room that one has stopped.",
    access: "member",
    limit: "presence",
    input: z.object({ room_id: id, kind: z.enum(typingKinds).default("text") }),
    output: z.object({}),
    socket: { event: "user:stop_typing", reply: null, error },
    errors: ["not_found"],
  }),
  "presence.focus": operation({
    summary:
      "Say whether a person looks at this socket's client: a device in focus gets no push. A new socket is in focus.",
    access: "user",
    limit: "presence",
    input: z.object({ in_focus: z.boolean() }),
    output: z.object({ in_focus: z.boolean() }),
    socket: { event: "presence:focus", reply: null, error },
    errors: [],
  }),
  "users.privacy": operation({
    summary: "Who may know what of the caller.",
    access: "user",
    limit: "read",
    input: z.object({}),
    output: privacy,
    rest: { method: "GET", path: "/users/me/privacy" },
    errors: [],
  }),
  "users.setPrivacy": operation({
    summary:
      "Set who may know what of the caller. Who keeps last_seen or online from another does not learn it of that one either.",
    access: "user",
    limit: "write",
    input: privacy.partial(),
    output: privacy.extend({ account_change: counter }).meta({ id: "SavedPrivacy" }),
    rest: { method: "PATCH", path: "/users/me/privacy" },
    errors: [],
  }),
};
