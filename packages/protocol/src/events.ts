/** The table of events: facts that the server sends to sockets. */
import { z } from "zod";
import { accountSettings, roomPreferences } from "./models/account.ts";
import { poll } from "./models/content.ts";
import { invitation, joinRequest } from "./models/invite.ts";
import { message, reaction } from "./models/message.ts";
import { presence, typingKinds } from "./models/presence.ts";
import { member, room, sharedRoom } from "./models/room.ts";
import { counter, timestamp } from "./scalars.ts";

/** Whose sockets an event goes to. */
type EventAudience = "members" | "user" | "device" | "socket" | "subscribers";

type EventDefinition = { summary: string; audience: EventAudience; payload: z.ZodType };

const watermarkMove = z.object({
  room_id: z.string(),
  user_id: z.string(),
  up_to_sequence: counter,
  change: counter,
  timestamp,
});

const membership = z.object({
  room_id: z.string(),
  user_id: z.string(),
  change: counter,
  member,
});

const typing = z.object({ room_id: z.string(), user_id: z.string(), kind: z.enum(typingKinds) });

const ofAccount = { account_change: counter };
const ofMessage = { room_id: z.string(), message_id: z.string() };

export const events = {
  "message:receive": { summary: "A message was sent.", audience: "members", payload: message },
  "message:edit:update": { summary: "A message was edited.", audience: "members", payload: message },
  "message:delete:update": {
    summary: "A message was deleted for everyone; the payload is its tombstone.",
    audience: "members",
    payload: message,
  },
  "message:reaction:update": {
    summary: "Somebody reacted to a message or took it back.",
    audience: "members",
    payload: z.object({
      room_id: z.string(),
      message_id: z.string(),
      change: counter,
      emoji: z.string(),
      user_id: z.string(),
      action: z.enum(["added", "removed"]),
      reactions: z.array(reaction),
    }),
  },
  "message:poll:update": {
    summary: "Somebody voted in a poll, or it was closed.",
    audience: "members",
    payload: z.object({
      room_id: z.string(),
      message_id: z.string(),
      change: counter,
      user_id: z.string().describe("Who did it."),
      option_ids: z.array(counter).optional().describe("What they chose; left out when they closed it."),
      poll,
    }),
  },
  "message:delivered:update": {
    summary: "A member received up to a sequence.",
    audience: "members",
    payload: watermarkMove,
  },
  "message:seen:update": { summary: "A member read up to a sequence.", audience: "members", payload: watermarkMove },
  "notification:mention": {
    summary: "Somebody mentioned the user.",
    audience: "user",
    payload: z.object({
      roomId: z.string(),
      messageId: z.string(),
      mentionedBy: z.string(),
      mentionedByName: z.string(),
      content: z.string().describe("At most 100 characters."),
    }),
  },
  "group:joined": { summary: "A user became a member.", audience: "members", payload: membership },
  "group:left": {
    summary: "A member left or was removed.",
    audience: "members",
    payload: membership.extend({ left_at: timestamp }),
  },
  "group:removed": {
    summary: "The user was removed from a room; their sockets have left its audience already.",
    audience: "user",
    payload: z.object({ room_id: z.string(), removed_by: z.string() }),
  },
  "group:invited": {
    summary: "Somebody invited the user to a room.",
    audience: "user",
    payload: invitation,
  },
  "group:join:requested": {
    summary: "Somebody asks to join a room that the user governs.",
    audience: "user",
    payload: joinRequest,
  },
  "group:join:decided": {
    summary: "The user's request to join a room was decided.",
    audience: "user",
    payload: z.object({ room_id: z.string(), decision: z.enum(["approve", "deny"]) }),
  },
  "group:updated": {
    summary: "A room's info or settings changed.",
    audience: "members",
    payload: sharedRoom.extend({ room_id: z.string(), change: counter }),
  },
  "room:created": {
    summary: "The user is a member of a new room, or became one of an older room.",
    audience: "user",
    payload: room.extend({ room_id: z.string(), change: counter }),
  },
  "room:deleted": {
    summary: "A room was closed.",
    audience: "members",
    payload: z.object({ room_id: z.string(), change: counter }),
  },
  "member:updated": { summary: "A member's role changed.", audience: "members", payload: member },
  "account:update": {
    summary: "The user's private state changed on one of their devices.",
    audience: "user",
    payload: z.discriminatedUnion("kind", [
      z.object({ ...ofAccount, kind: z.literal("message_hidden"), ...ofMessage }),
      z.object({ ...ofAccount, kind: z.literal("message_starred"), ...ofMessage, is_starred: z.boolean() }),
      z.object({ ...ofAccount, kind: z.literal("preferences"), room_id: z.string(), preferences: roomPreferences }),
      z.object({ ...ofAccount, kind: z.literal("settings"), settings: accountSettings }),
    ]),
  },
  "user:presence_update": {
    summary: "A user came or went, or said something else of themself.",
    audience: "subscribers",
    payload: presence,
  },
  "user:typing": {
    summary: "A member is writing or recording. Volatile: without another within 5 seconds, they have stopped.",
    audience: "members",
    payload: typing,
  },
  "user:stop_typing": { summary: "A member has stopped writing or recording.", audience: "members", payload: typing },
  "device:logged-out": {
    summary: "The device was logged out; its socket is closed next.",
    audience: "device",
    payload: z.object({ device_id: z.string() }),
  },
  "request:error": {
    summary: "An event was emitted that names no operation; without an acknowledgement callback, this is the answer.",
    audience: "socket",
    payload: z.object({ error: z.string(), code: z.enum(["invalid_request"]), request_id: z.string() }),
  },
  "sync:required": {
    summary:
      "The socket has missed something or is about to be closed: sync after reconnecting, with `missed_events` at once.",
    audience: "socket",
    payload: z.object({
      room_id: z.string().optional(),
      reason: z.enum(["slow_consumer", "token_expired", "server_draining", "missed_events"]),
      retry_after_ms: z.int().optional().describe("Wait this long before connecting again, or syncing."),
    }),
  },
} as const satisfies Record<string, EventDefinition>;

export type Events = typeof events;
export type EventName = keyof Events;
export type Payload<Name extends EventName> = z.output<Events[Name]["payload"]>;
