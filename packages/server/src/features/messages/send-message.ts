/** Sends a message: append, then publish. */
import { hash } from "node:crypto";
import type { Message } from "@pipit/protocol/models/message";
import type { Input } from "@pipit/protocol/operations";
import { AppError } from "../../app-error.ts";
import type { Context, Handler } from "../../context.ts";
import { parseRoomId } from "../rooms/rooms-access.ts";
import type { Appended, Draft } from "./append-messages.ts";
import { parseMessageId, toMessageId } from "./message-id.ts";
import { findMessagesAt } from "./messages-access.ts";
import { type MessageRow, noExtras, toMessage } from "./messages-store.ts";
import { publishMessage } from "./publish-message.ts";

export const sendMessage: Handler<"messages.send"> = async (ctx, input) => {
  const startedAt = performance.now();
  const draft = toDraft(ctx, input);
  const appended = await ctx.appender.add(draft);
  if (appended.refusal !== null) throw toRefusal(appended.refusal);
  if (appended.known !== null) return findFirst(ctx, draft, appended.known, appended.known_fingerprint);
  // From the commit to the event nothing is waited for: what failed in between could not be told.
  const message = toNewMessage(draft, appended);
  publishMessage(ctx, message, appended);
  ctx.metrics.observeSend((performance.now() - startedAt) / 1000);
  return { ...message, status: "sent", duplicate: false };
};

function toDraft(ctx: Context, input: Input<"messages.send">): Draft {
  const roomId = parseRoomId(input.room_id);
  const mentions = input.meta_data?.mentions;
  return {
    roomId,
    tenantId: ctx.actor.tenantId,
    senderId: ctx.actor.userId,
    clientMessageId: input.client_message_id ?? undefined,
    fingerprint: input.client_message_id ? toFingerprint(input) : undefined,
    messageType: input.message_type,
    content: input.content,
    replyTo: input.reply_to ? toReplySequence(roomId, input.reply_to) : undefined,
    mentions: mentions && mentions.length > 0 ? mentions : undefined,
  };
}

// By name, and without what is not given: a later version's new field must not change the digest of an older send.
function toFingerprint(input: Input<"messages.send">): string {
  const body = {
    type: input.message_type,
    content: input.content,
    reply_to: input.reply_to ?? undefined,
    mentions: input.meta_data?.mentions,
  };
  return hash("sha256", JSON.stringify(body), "base64url").slice(0, 16);
}

function toReplySequence(roomId: string, replyTo: string): number {
  const place = parseMessageId(replyTo);
  if (place?.roomId !== roomId) throw toRefusal("reply_not_found");
  return place.sequence;
}

function toRefusal(refusal: NonNullable<Appended["refusal"]>): AppError {
  if (refusal === "busy") return new AppError("unavailable", { retryAfterSeconds: 1 });
  if (refusal === "forbidden") return new AppError("forbidden", { message: "Only admins may send to this room." });
  const thing = refusal === "reply_not_found" ? "message to reply to" : "room";
  return new AppError("not_found", { message: `There is no such ${thing}.` });
}

// G3: the first message, as it is by now; the body that it was sent with decides whether this is the same send.
async function findFirst(
  ctx: Context,
  draft: Draft,
  sequence: number,
  fingerprint: string | null,
): Promise<Message & { duplicate: boolean }> {
  if (fingerprint !== draft.fingerprint) {
    throw new AppError("conflict", { message: "Another message was sent with this client_message_id." });
  }
  const [message] = await findMessagesAt(ctx.db, ctx.actor, [{ roomId: draft.roomId, sequence }]);
  if (!message) throw new Error(`message ${toMessageId(draft.roomId, sequence)} is missing`);
  return { ...message, duplicate: true };
}

function toNewMessage(draft: Draft, appended: Appended): Message {
  if (appended.sequence === null || appended.change === null) throw new Error("an appended message has no place");
  const row: MessageRow = {
    room_id: draft.roomId,
    sequence: appended.sequence,
    change: appended.change,
    sender_id: draft.senderId,
    client_message_id: draft.clientMessageId ?? null,
    message_type: draft.messageType,
    content: draft.content,
    reply_to: draft.replyTo ?? null,
    meta_data: appended.mentioned?.length ? { mentions: appended.mentioned } : {},
    edited_at: null,
    deleted_at: null,
    created_at: appended.created_at,
    updated_at: appended.created_at,
  };
  if (row.reply_to === null || appended.reply === null) return toMessage(row, undefined, noExtras);
  const replies = new Map([[toMessageId(row.room_id, row.reply_to), appended.reply]]);
  return toMessage(row, undefined, { ...noExtras, replies });
}
