/** Sends what has been made ready: append, then publish. */
import type { Message } from "@pipit/protocol/models/message";
import { AppError } from "../../app-error.ts";
import type { Context } from "../../context.ts";
import type { StoredMetaData } from "../../db/schema.ts";
import { toMessageMedia } from "../media/media-access.ts";
import { toPoll } from "../polls/polls-access.ts";
import type { Appended, Draft, Refusal } from "./append-messages.ts";
import { toMessageId } from "./message-id.ts";
import { findMessagesAt } from "./messages-access.ts";
import { type Extras, type MessageRow, noExtras, type Quoted, toMessage } from "./messages-store.ts";
import { publishMessage } from "./publish-message.ts";

export type SentMessage = Message & { duplicate: boolean };

/** @throws {AppError} of the code that the refusal has */
export async function appendDraft(ctx: Context, draft: Draft): Promise<SentMessage> {
  const startedAt = performance.now();
  const appended = await ctx.appender.add(draft);
  if (appended.refusal !== null) throw toRefusal(ctx, appended.refusal, appended.retry_at);
  if (appended.known !== null) return findFirst(ctx, draft, appended.known, appended.known_fingerprint);
  // From the commit to the event nothing is waited for: what failed in between could not be told.
  const message = toNewMessage(ctx, draft, appended);
  publishMessage(ctx, message, appended);
  ctx.metrics.observeSend((performance.now() - startedAt) / 1000);
  return { ...message, status: "sent", duplicate: false };
}

const forbidden = {
  forbidden: "Only admins may send to this room.",
  request: "Accept the request before you answer.",
  blocking: "You have blocked this user.",
};

const missing = {
  not_found: "room",
  reply_not_found: "message to reply to",
  source_not_found: "message to forward",
  media_not_found: "medium of yours",
};

function toRefusal(ctx: Context, refusal: Refusal, retryAt: Date | null): AppError {
  if (refusal === "busy") return new AppError("unavailable", { retryAfterSeconds: 1 });
  if (refusal === "slow") {
    const waitMs = (retryAt?.getTime() ?? 0) - ctx.clock.now().getTime();
    const message = "Slow mode: this room takes a message from you only so often.";
    return new AppError("rate_limited", { message, retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)) });
  }
  if (refusal === "forbidden" || refusal === "request" || refusal === "blocking") {
    return new AppError("forbidden", { message: forbidden[refusal] });
  }
  return new AppError("not_found", { message: `There is no such ${missing[refusal]}.` });
}

// G3: the first message, as it is by now; the body that it was sent with decides whether this is the same send.
async function findFirst(
  ctx: Context,
  draft: Draft,
  sequence: number,
  fingerprint: string | null,
): Promise<SentMessage> {
  if (fingerprint !== draft.fingerprint) {
    throw new AppError("conflict", { message: "Another message was sent with this client_message_id." });
  }
  const [message] = await findMessagesAt(ctx, ctx.actor, [{ roomId: draft.roomId, sequence }]);
  if (!message) throw new Error(`message ${toMessageId(draft.roomId, sequence)} is missing`);
  return { ...message, duplicate: true };
}

function toNewMessage(ctx: Context, draft: Draft, appended: Appended): Message {
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
    meta_data: toMetaData(draft, appended),
    upload_id: draft.uploadId ?? null,
    forwarded_from: draft.source ? toMessageId(draft.source.roomId, draft.source.sequence) : null,
    forwarded_count: 0,
    expires_at: appended.expires_at,
    is_view_once: draft.isViewOnce ?? false,
    is_withheld: appended.is_withheld,
    edited_at: null,
    deleted_at: null,
    created_at: appended.created_at,
    updated_at: appended.created_at,
  };
  return toMessage(row, undefined, toExtras(ctx, row, appended));
}

function toMetaData({ meta }: Draft, { calls_all, mentioned }: Appended): StoredMetaData {
  if (calls_all) return { ...meta, mentions_all: true };
  return mentioned?.length ? { ...meta, mentions: mentioned } : { ...meta };
}

function toExtras(ctx: Context, row: MessageRow, { reply, media }: Appended): Extras {
  const { poll } = row.meta_data;
  if (reply === null && media === null && !poll) return noExtras;
  const id = toMessageId(row.room_id, row.sequence);
  const replies = new Map<string, Quoted>();
  if (row.reply_to !== null && reply !== null) replies.set(toMessageId(row.room_id, row.reply_to), reply);
  return {
    ...noExtras,
    replies,
    media: new Map(media ? [[media.id, toMessageMedia(ctx.links, media)]] : []),
    polls: new Map(poll ? [[id, toPoll(poll, [])]] : []),
  };
}
