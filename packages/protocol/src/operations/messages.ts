/** Operations on messages. */
import { z } from "zod";
import { message, reaction } from "../models/message.ts";
import { operation } from "../operation.ts";
import { counter, cursor, emoji, id, pageLimit, text, timestamp, userId } from "../scalars.ts";

const content = text(0, 10_000);
const error = "message:error";

const receiptOf = z
  .object({
    user_id: z.string(),
    timestamp,
    device_id: z.string().nullable().describe("Null if the device did not name itself."),
  })
  .meta({ id: "MessageReceipt" });

const reacted = z
  .object({
    message_id: z.string(),
    reactions: z.array(reaction),
    change: counter,
    is_changed: z
      .boolean()
      .describe("False if it was so already; then `change` is the message's last one, of any kind."),
  })
  .meta({ id: "Reacted" });

export const messageOperations = {
  "messages.send": operation({
    summary: "Send a message to a room. A retry with the same client_message_id returns the first message.",
    access: "poster",
    limit: "send",
    input: z.object({
      room_id: id,
      content: content.optional().describe("Must not be blank, unless a medium goes along."),
      message_type: z
        .enum(["text", "image", "video", "audio", "file"])
        .optional()
        .describe("Text, or what the medium is, when not given. Any medium may be sent as a file."),
      client_message_id: text(1, 256).nullish(),
      reply_to: id.nullish(),
      upload_id: id.nullish().describe("A medium of the caller's own that has been confirmed."),
      file_url: z.string().min(1).max(2048).nullish().describe("The same, by the address that confirming it gave."),
      meta_data: z.object({ mentions: z.array(userId).max(50).optional() }).optional(),
    }),
    output: message.extend({ duplicate: z.boolean() }).meta({ id: "SentMessage" }),
    rest: { method: "POST", path: "/rooms/:room_id/messages", status: 201 },
    socket: { event: "message:send", reply: "message:sent", error },
    errors: ["not_found", "forbidden", "conflict", "unsupported_type"],
  }),
  "messages.list": operation({
    summary: "A room's history, ascending: the newest page, or the one before, after or around a sequence.",
    access: "member",
    limit: "read",
    input: z.object({
      room_id: id,
      before: counter.optional(),
      after: counter.optional(),
      around: counter.optional(),
      limit: pageLimit,
      cursor: cursor.optional(),
    }),
    output: z.array(message),
    paged: true,
    rest: { method: "GET", path: "/rooms/:room_id/messages" },
    socket: { event: "message:history", reply: "message:history:response", error },
    errors: ["not_found"],
  }),
  "messages.get": operation({
    summary: "One message.",
    access: "member",
    limit: "read",
    input: z.object({ message_id: id }),
    output: message,
    rest: { method: "GET", path: "/messages/:message_id" },
    errors: ["not_found"],
  }),
  "messages.info": operation({
    summary: "To whom a message has come, and who has read it, when and on which device.",
    access: "member",
    limit: "read",
    input: z.object({ message_id: id }),
    output: z
      .object({
        delivered_to: z.array(receiptOf),
        seen_by: z.array(receiptOf),
        total_recipients: counter.describe("Members when it was sent, but for the sender."),
      })
      .meta({ id: "MessageInfo" }),
    rest: { method: "GET", path: "/messages/:message_id/info" },
    socket: { event: "message:info", reply: "message:info:response", error },
    errors: ["not_found"],
  }),
  "messages.edit": operation({
    summary: "Change the text, or caption, of one's own message within 15 minutes of sending it.",
    access: "author",
    limit: "write",
    input: z.object({ message_id: id, content }),
    output: message,
    rest: { method: "PUT", path: "/messages/:message_id" },
    socket: { event: "message:edit", reply: "message:edited", error },
    errors: ["not_found", "forbidden", "gone"],
  }),
  "messages.delete": operation({
    summary: "Delete a message for everyone (its sender within 60 hours, room admins at any time) or for oneself.",
    access: "author_or_admin",
    limit: "write",
    input: z.object({ message_id: id, for: z.enum(["everyone", "me"]).default("everyone") }),
    output: z.object({
      message_id: z.string(),
      room_id: z.string(),
      for: z.enum(["everyone", "me"]),
      change: counter.optional().describe("The room's change, when deleted for everyone."),
      account_change: counter.optional().describe("The account's change, when deleted for oneself."),
    }),
    rest: { method: "DELETE", path: "/messages/:message_id" },
    socket: { event: "message:delete", reply: "message:deleted", error },
    errors: ["not_found", "forbidden"],
  }),
  "messages.react": operation({
    summary: "Add an emoji to a message; adding it twice changes nothing.",
    access: "member",
    limit: "write",
    input: z.object({ message_id: id, emoji }),
    output: reacted,
    rest: { method: "POST", path: "/messages/:message_id/reactions/:emoji" },
    socket: { event: "message:reaction:add", reply: "message:reaction:added", error },
    errors: ["not_found", "conflict", "gone"],
  }),
  "messages.unreact": operation({
    summary: "Take one's emoji off a message; taking it off twice changes nothing.",
    access: "member",
    limit: "write",
    input: z.object({ message_id: id, emoji }),
    output: reacted,
    rest: { method: "DELETE", path: "/messages/:message_id/reactions/:emoji" },
    socket: { event: "message:reaction:remove", reply: "message:reaction:removed", error },
    errors: ["not_found", "gone"],
  }),
};
