/** A room and its members as clients see them. */
import { z } from "zod";
import { counter, timestamp } from "../scalars.ts";
import { roomPreferences } from "./account.ts";
import { message } from "./message.ts";
import { user } from "./user.ts";

export const roomTypes = ["direct", "group", "channel"] as const;
export const memberRoles = ["owner", "admin", "member"] as const;
const whoMay = z.enum(["everyone", "admins"]);

/** How long messages last in a room, in seconds: for good, a day, a week, 90 days. */
export const lifetimes = [0, 86_400, 604_800, 7_776_000] as const;

export const roomSettings = z
  .object({
    who_can_send: whoMay,
    who_can_edit_info: whoMay,
    who_can_add: whoMay,
    history_visible_to_new_members: z.boolean(),
    slow_mode_seconds: z.int().min(0).max(3_600).describe("A plain member may send once in so many; 0: at any time."),
    disappearing_seconds: z.literal(lifetimes).describe("New messages disappear after so many; 0: never."),
  })
  .meta({ id: "RoomSettings" });

export const pinnedMessage = z
  .object({ message_id: z.string(), pinned_by: z.string(), pinned_at: timestamp, expires_at: timestamp })
  .meta({ id: "PinnedMessage" });

/** What all members of a room share of it. */
export const sharedRoom = z
  .object({
    id: z.string(),
    type: z.enum(roomTypes),
    name: z.string().nullable(),
    description: z.string().nullable(),
    avatar_url: z.string().nullable(),
    created_by: z.string(),
    member_count: counter,
    last_sequence: counter,
    last_change: counter,
    settings: roomSettings,
    pinned_messages: z.array(pinnedMessage).describe("The one that was pinned last comes first; at most 3."),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: "SharedRoom" });

/** A room with the caller's own place in it. */
export const room = sharedRoom
  .extend({
    last_message: message.nullable(),
    role: z.enum(memberRoles),
    unread_count: counter,
    mention_count: counter,
    read_sequence: counter,
    delivered_sequence: counter,
    ...roomPreferences.omit({ room_id: true, account_change: true }).shape,
    preferences_change: counter.describe("The account change that last touched these preferences."),
    peer: user.nullable().describe("The other user of a direct room."),
  })
  .meta({ id: "Room" });

export const member = z
  .object({
    room_id: z.string(),
    user_id: z.string(),
    name: z.string(),
    avatar_url: z.string().nullable(),
    role: z.enum(memberRoles),
    joined_at: timestamp,
    is_member: z.boolean().describe("False for one who has left or was removed."),
    change: counter,
  })
  .meta({ id: "Member" });

export const leftRoom = z
  .object({
    room_id: z.string(),
    type: z.enum(roomTypes),
    name: z.string().nullable().describe("As it was then."),
    left_at: timestamp,
    removed_by: z.string().nullable().describe("Null: they left."),
    last_sequence: counter.describe("Of the last message that they may read."),
  })
  .meta({ id: "LeftRoom", description: "A room that the caller has left, or was removed from." });

export type PinnedMessage = z.infer<typeof pinnedMessage>;
export type RoomSettings = z.infer<typeof roomSettings>;
export type SharedRoom = z.infer<typeof sharedRoom>;
export type Room = z.infer<typeof room>;
export type LeftRoom = z.infer<typeof leftRoom>;
export type Member = z.infer<typeof member>;
export type MemberRole = (typeof memberRoles)[number];
export type RoomType = (typeof roomTypes)[number];
