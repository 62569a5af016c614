/** Sends a message: append, then publish. */
import { hash } from "node:crypto";
import type { Message } from "@pipit/protocol/models/message";
import type { Input } from "@pipit/protocol/operations";
import { AppError } from "../../app-error.ts";
import type { Context, Handler } from "../../context.ts";
import { toMessageMedia } from "../media/media-access.ts";
import { requireFits } from "../media/message-type-access.ts";
import { parseRoomId } from "../rooms/rooms-access.ts";
import type { Appended, Draft } from "./append-messages.ts";
import { carriesMedium, findGivenMedium, type GivenMedium } from "./given-medium.ts";
import { parseMessageId, toMessageId } from "./message-id.ts";
import { findMessagesAt } from "./messages-access.ts";
import { type Extras, type MessageRow, noExtras, type Quoted, toMessage } from "./messages-store.ts";
import { publishMessage } from "./publish-message.ts";
import { requireContent } from "./require-content.ts";

export const sendMessage: Handler<"messages.send"> = async (ctx, input) => {
  const startedAt = performance.now();
  // Most messages carry none, and wait for nothing before the append.
  const medium = carriesMedium(input) ? await findGivenMedium(ctx, input) : undefined;
  const draft = toDraft(ctx, input, medium);
  const appended = await ctx.appender.add(draft);
  if (appended.refusal !== null) throw toRefusal(appended.refusal);
  if (appended.known !== null) return findFirst(ctx, draft, appended.known, appended.known_fingerprint);
  // From the commit to the event nothing is waited for: what failed in between could not be told.
  const message = toNewMessage(ctx, draft, appended);
  publishMessage(ctx, message, appended);
  ctx.metrics.observeSend((performance.now() - startedAt) / 1000);
  return { ...message, status: "sent", duplicate: false };
};

function toDraft(ctx: Context, input: Input<"messages.send">, medium: GivenMedium | undefined): Draft {
  const roomId = parseRoomId(input.room_id);
  const mentions = input.meta_data?.mentions;
  const content = input.content ?? "";
  requireContent(content, medium !== undefined);
  return {
    roomId,
    tenantId: ctx.actor.tenantId,
    senderId: ctx.actor.userId,
    clientMessageId: input.client_message_id ?? undefined,
    fingerprint: input.client_message_id ? toFingerprint(input, content, medium?.id) : undefined,
    messageType: toMessageType(input.message_type, medium),
    content,
    replyTo: input.reply_to ? toReplySequence(roomId, input.reply_to) : undefined,
    mentions: mentions && mentions.length > 0 ? mentions : undefined,
    uploadId: medium?.id,
    deviceId: ctx.actor.deviceId,
  };
}

// What the type does not say, the medium does. One that is not there has no kind, and is refused by the append.
function toMessageType(given: Input<"messages.send">["message_type"], medium: GivenMedium | undefined) {
  if (medium) {
    if (medium.kind !== undefined) requireFits(given, medium.kind);
    return given ?? medium.kind ?? "file";
  }
  if (given === undefined || given === "text") return "text";
  const message = `a message of type ${given} carries a medium: give its upload_id or file_url`;
  throw new AppError("invalid_request", { details: [{ path: "upload_id", message }] });
}

// By name, and without what is not given: a later version's new field must not change the digest of an older send.
function toFingerprint(input: Input<"messages.send">, content: string, uploadId: string | undefined): string {
  const body = {
    type: input.message_type ?? (uploadId === undefined ? "text" : undefined),
    content,
    reply_to: input.reply_to ?? undefined,
    mentions: input.meta_data?.mentions,
    upload_id: uploadId,
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
  return new AppError("not_found", { message: `There is no such ${missing[refusal]}.` });
}

const missing = { not_found: "room", reply_not_found: "message to reply to", media_not_found: "medium of yours" };

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
    meta_data: appended.mentioned?.length ? { mentions: appended.mentioned } : {},
    upload_id: draft.uploadId ?? null,
    edited_at: null,
    deleted_at: null,
    created_at: appended.created_at,
    updated_at: appended.created_at,
  };
  return toMessage(row, undefined, toExtras(ctx, row, appended));
}

function toExtras(ctx: Context, row: MessageRow, { reply, media }: Appended): Extras {
  if (reply === null && media === null) return noExtras;
  const replies = new Map<string, Quoted>();
  if (row.reply_to !== null && reply !== null) replies.set(toMessageId(row.room_id, row.reply_to), reply);
  return { ...noExtras, replies, media: new Map(media ? [[media.id, toMessageMedia(ctx.links, media)]] : []) };
}
