/** A room and its members as clients see them. */
import { z } from "zod";
import { counter, timestamp } from "../scalars.ts";
import { draft } from "./account.ts";
import { message } from "./message.ts";
import { user } from "./user.ts";

export const roomTypes = ["direct", "group", "channel"] as const;
export const memberRoles = ["owner", "admin", "member"] as const;
const whoMay = z.enum(["everyone", "admins"]);

export const roomSettings = z
  .object({
    who_can_send: whoMay,
    who_can_edit_info: whoMay,
    who_can_add: whoMay,
    history_visible_to_new_members: z.boolean(),
  })
  .meta({ id: "RoomSettings" });

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
    is_pinned: z.boolean(),
    is_archived: z.boolean(),
    muted_until: timestamp.nullable(),
    draft: draft.nullable(),
    preferences_change: counter.describe("The account change that last touched these four."),
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

export type RoomSettings = z.infer<typeof roomSettings>;
export type SharedRoom = z.infer<typeof sharedRoom>;
export type Room = z.infer<typeof room>;
export type Member = z.infer<typeof member>;
export type MemberRole = (typeof memberRoles)[number];
export type RoomType = (typeof roomTypes)[number];
