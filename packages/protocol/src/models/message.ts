/** A message as clients see it. */
import { z } from "zod";
import { counter, timestamp, userId } from "../scalars.ts";
import { contact, location, poll } from "./content.ts";
import { messageMedia } from "./media.ts";

/** What a message may be: text, a medium, or content of its own shape in `meta_data`. */
export const sendableTypes = ["text", "image", "video", "audio", "file", "contact", "location", "poll"] as const;
export const messageTypes = [...sendableTypes, "system"] as const;

export const reaction = z
  .object({
    emoji: z.string(),
    count: counter,
    user_ids: z.array(z.string()).describe("The first 20 who reacted so."),
    reacted_by_me: z.boolean().describe("Always false in events, which are the same for all members."),
  })
  .meta({ id: "Reaction" });

const replyPreview = z
  .object({
    id: z.string(),
    sender_id: z.string(),
    message_type: z.enum(messageTypes),
    content: z.string().describe("At most 200 characters; empty when the message was deleted."),
    is_deleted: z.boolean(),
  })
  .meta({ id: "ReplyPreview" });

const systemFact = z
  .object({
    kind: z.enum([
      "room_updated",
      "member_added",
      "member_joined",
      "member_removed",
      "member_left",
      "role_changed",
      "message_pinned",
      "message_unpinned",
    ]),
    user_ids: z.array(z.string()).optional(),
    message_id: z.string().optional(),
    role: z.string().optional(),
    changed: z.array(z.string()).optional(),
    name: z.string().optional(),
  })
  .meta({ id: "SystemFact", description: "What a system message reports, for clients that word it themselves." });

const forwardInfo = z
  .object({
    original_sender_id: z.string(),
    original_sender_name: z.string().describe("As it was when the message was forwarded."),
    forward_chain_length: counter.describe("How often it was forwarded on its way here: 1 or more."),
  })
  .meta({ id: "ForwardInfo", description: "Who said first what was forwarded." });

const metaData = z.object({
  mentions: z.array(userId).optional(),
  mentions_all: z.literal(true).optional().describe("All members are mentioned."),
  media: messageMedia
    .pick({ width: true, height: true, duration: true, thumbnail_url: true })
    .partial()
    .optional()
    .describe("Of the medium that the message carries."),
  forward_info: forwardInfo.optional(),
  contact: contact.optional(),
  location: location.optional(),
  poll: poll.optional(),
  system: systemFact.optional(),
});

export const message = z
  .object({
    id: z.string(),
    room_id: z.string(),
    sender_id: z.string(),
    sequence_number: counter.describe("The message's place in its room: 1..n without a gap."),
    change: counter.describe("The room change that last touched this message."),
    client_message_id: z.string().nullable(),
    message_type: z.enum(messageTypes),
    content: z.string().describe("The text, or the caption of the medium, which may be empty."),
    file_url: z.string().optional().describe("The address of the medium that the message carries."),
    media: messageMedia.optional(),
    is_media_removed: z.literal(true).optional().describe("The message carried a medium that has been removed."),
    reply_to: z.string().nullable(),
    reply_preview: replyPreview.nullable(),
    is_edited: z.boolean(),
    edited_at: timestamp.nullable(),
    is_deleted: z.boolean(),
    deleted_at: timestamp.nullable(),
    reactions: z.array(reaction),
    forwarded_from: z
      .string()
      .nullable()
      .describe("The message that was forwarded, which the reader may not be able to see."),
    forwarded_count: counter.describe("To how many rooms this message was forwarded."),
    expires_at: timestamp
      .nullable()
      .describe("When it disappears: from then on a tombstone is not to be shown either."),
    view_once: z
      .object({ opened_by: z.array(z.string()) })
      .optional()
      .describe("The medium may be opened once by each recipient, and these have; it has no address of its own."),
    meta_data: metaData,
    status: z.enum(["sent", "delivered", "read"]).optional().describe("Only on the caller's own messages."),
    is_starred: z.boolean(),
    starred_by: z
      .array(z.string())
      .optional()
      .describe("The caller alone, where they have starred it: stars are private. Never in events."),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: "Message" });

export type Message = z.infer<typeof message>;
export type Reaction = z.infer<typeof reaction>;
export type MetaData = z.infer<typeof metaData>;
export type ForwardInfo = z.infer<typeof forwardInfo>;
export type MessageType = (typeof messageTypes)[number];
export type SystemFact = z.infer<typeof systemFact>;
