/** Operations on messages. */
import { z } from "zod";
import { type ErrorCode, errorCodes } from "../errors.ts";
import { contact, location, newPoll } from "../models/content.ts";
import { message, reaction, sendableTypes } from "../models/message.ts";
import { operation } from "../operation.ts";
import { counter, cursor, emoji, id, pageLimit, pageNumber, text, timestamp, userId } from "../scalars.ts";

const content = text(0, 10_000);
const error = "message:error";
const codes = Object.keys(errorCodes) as ErrorCode[];
const clientMessageId = text(1, 256).nullish();
const mentions = z.array(userId).max(50).optional();

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
      content: content
        .optional()
        .describe(
          "Must not be blank, unless a medium, contact, location or poll goes along: then it is what old clients show.",
        ),
      message_type: z
        .string()
        .min(1)
        .max(32)
        .optional()
        .meta({ enum: [...sendableTypes] })
        .describe(
          "Text, or what goes along, when not given. Any medium may be sent as a file. Others are unsupported_type.",
        ),
      client_message_id: clientMessageId,
      reply_to: id.nullish(),
      upload_id: id.nullish().describe("A medium of the caller's own that has been confirmed."),
      file_url: z.string().min(1).max(2048).nullish().describe("The same, by the address that confirming it gave."),
      is_view_once: z.boolean().optional().describe("Each recipient may open the picture, film or sound once."),
      meta_data: z
        .object({
          mentions: mentions.describe("Beside @name and @[id] in the text. An admin's @all mentions everyone."),
          contact: contact.optional(),
          location: location.optional(),
          poll: newPoll.optional(),
        })
        .optional(),
    }),
    output: message.extend({ duplicate: z.boolean() }).meta({ id: "SentMessage" }),
    rest: { method: "POST", path: "/rooms/:room_id/messages", status: 201 },
    socket: { event: "message:send", reply: "message:sent", error },
    errors: ["not_found", "forbidden", "conflict", "unsupported_type"],
  }),
  "messages.forward": operation({
    summary:
      "Forward a message to up to 5 rooms; one that has been forwarded 5 times or more, to one. Each room gets it wholly or not at all; with client_message_id, a retry does nothing again.",
    access: "member",
    limit: "send",
    input: z.object({
      message_id: id,
      target_room_ids: z.array(id).min(1).max(100),
      client_message_id: clientMessageId.describe("One for all targets."),
    }),
    output: z
      .object({
        forwarded_count: counter.describe("How many rooms have it now."),
        message_ids: z.array(z.string()).describe("The new messages, in the order of the rooms that have one."),
        failed: z.array(z.object({ room_id: z.string(), code: z.enum(codes) })),
      })
      .meta({ id: "Forwarded" }),
    rest: { method: "POST", path: "/messages/:message_id/forward" },
    socket: { event: "message:forward", reply: "message:forwarded", error: "message:forward:error" },
    errors: ["not_found", "forbidden", "gone"],
  }),
  "messages.mentions": operation({
    summary: "Messages that mention the caller, in all their rooms, the newest first.",
    access: "user",
    limit: "read",
    input: z.object({ limit: pageLimit, cursor: cursor.optional(), page: pageNumber.optional() }),
    output: z.array(message),
    paged: true,
    rest: { method: "GET", path: "/mentions" },
    socket: { event: "mentions:list", reply: "mentions:list:response", error, isWholePage: true },
    errors: [],
  }),
  "messages.list": operation({
    summary: "A room's history, ascending: the newest page, or the one before, after or around a sequence.",
    access: "reader",
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
    access: "reader",
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
    input: z.object({
      message_id: id,
      limit: z.int().min(1).max(256).default(256).describe("How many recipients a page tells of."),
      cursor: cursor.optional(),
    }),
    output: z
      .object({
        delivered_to: z.array(receiptOf),
        seen_by: z.array(receiptOf),
        total_recipients: counter.describe("Members when it was sent, but for the sender."),
        next_cursor: z.string().nullable().describe("Where the next page begins, by the ids of recipients."),
        has_more: z.boolean(),
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
    input: z.object({
      message_id: id,
      content,
      meta_data: z
        .object({ mentions: mentions.describe("Those of the client's own, in place of the ones before.") })
        .optional(),
    }),
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
