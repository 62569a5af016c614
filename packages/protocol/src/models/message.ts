/** A message as clients see it. */
import { z } from "zod";
import { counter, timestamp, userId } from "../scalars.ts";
import { messageMedia } from "./media.ts";

export const messageTypes = ["text", "image", "video", "audio", "file", "system"] as const;

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
    kind: z.enum(["room_updated", "member_added", "member_removed", "member_left", "role_changed"]),
    user_ids: z.array(z.string()).optional(),
    role: z.string().optional(),
    changed: z.array(z.string()).optional(),
    name: z.string().optional(),
  })
  .meta({ id: "SystemFact", description: "What a system message reports, for clients that word it themselves." });

const metaData = z.object({
  mentions: z.array(userId).optional(),
  media: messageMedia
    .pick({ width: true, height: true, duration: true, thumbnail_url: true })
    .partial()
    .optional()
    .describe("Of the medium that the message carries."),
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
    forwarded_from: z.string().nullable(),
    forwarded_count: counter,
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
export type SystemFact = z.infer<typeof systemFact>;
