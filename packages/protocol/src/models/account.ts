/** A user's private state: each row carries the account change that last touched it. */
import { z } from "zod";
import { counter, id, text, timestamp } from "../scalars.ts";
import { presence, privacy } from "./presence.ts";

export const hiddenMessage = z
  .object({ room_id: z.string(), message_id: z.string(), account_change: counter })
  .meta({ id: "HiddenMessage", description: "A message that the caller deleted for themself." });

export const starredMessage = z
  .object({ room_id: z.string(), message_id: z.string(), is_starred: z.boolean(), account_change: counter })
  .meta({ id: "StarredMessage", description: "A message that the caller starred, or took the star off." });

export const draft = z
  .object({ content: z.string(), reply_to: z.string().nullable(), updated_at: timestamp })
  .meta({ id: "Draft" });

export const roomPreferences = z
  .object({
    room_id: z.string(),
    is_pinned: z.boolean(),
    is_archived: z.boolean(),
    muted_until: timestamp.nullable().describe("In the far future when muted for good."),
    draft: draft.nullable(),
    is_marked_unread: z.boolean().describe("Marked by hand, whatever has been read."),
    is_hidden: z.boolean().describe("The chat was deleted: it is not to be listed until a message in it can be seen."),
    is_request: z.boolean().describe("Somebody who may not message the caller has begun it: it waits to be accepted."),
    cleared_sequence: counter.describe("The caller has cleared the chat up to here, and sees no message up to it."),
    account_change: counter,
  })
  .meta({ id: "RoomPreferences" });

/** What brings an archived room back: any message, one that mentions or answers the user, or nothing. */
export const unarchiving = ["message", "mention", "never"] as const;

export const chatSettings = z
  .object({
    unarchive_on: z.enum(unarchiving),
    mentions_pierce_mute: z.boolean().describe("Whether a mention in a muted room notifies."),
  })
  .meta({ id: "ChatSettings" });

export const folder = z
  .object({
    id: z.string().describe("Of the client's making."),
    name: z.string(),
    include_unread: z.boolean(),
    include_groups: z.boolean(),
    include_direct: z.boolean(),
    room_ids: z.array(z.string()).describe("Rooms that are in it whatever the rules say."),
  })
  .meta({ id: "Folder", description: "A list of rooms: those that one of its rules includes." });

/** What a client gives of a folder. */
export const newFolder = z
  .object({
    id: text(1, 64),
    name: text(1, 50),
    include_unread: z.boolean().default(false),
    include_groups: z.boolean().default(false),
    include_direct: z.boolean().default(false),
    room_ids: z.array(id).max(200).default([]),
  })
  .meta({ id: "NewFolder" });

export const accountSettings = z
  .object({
    status_message: presence.shape.status_message,
    privacy,
    chats: chatSettings,
    folders: z.array(folder).describe("In the order in which they are shown."),
    blocked_user_ids: z.array(z.string()),
    account_change: counter,
  })
  .meta({ id: "AccountSettings" });

export type HiddenMessage = z.infer<typeof hiddenMessage>;
export type StarredMessage = z.infer<typeof starredMessage>;
export type Draft = z.infer<typeof draft>;
export type RoomPreferences = z.infer<typeof roomPreferences>;
export type ChatSettings = z.infer<typeof chatSettings>;
export type Unarchiving = (typeof unarchiving)[number];
export type Folder = z.infer<typeof folder>;
export type AccountSettings = z.infer<typeof accountSettings>;
