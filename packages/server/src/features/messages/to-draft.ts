/** Makes of what a client sends a message to append. */
import { hash } from "node:crypto";
import type { Input } from "@pipit/protocol/operations";
import { AppError } from "../../app-error.ts";
import type { Context } from "../../context.ts";
import { requireFits } from "../media/message-type-access.ts";
import { parseRoomId } from "../rooms/rooms-access.ts";
import type { Draft } from "./append-messages.ts";
import { type Carried, carriedText, findCarried, isSendable, type SendableType } from "./carried-content.ts";
import type { Called } from "./find-called.ts";
import type { GivenMedium } from "./given-medium.ts";
import { parseMessageId } from "./message-id.ts";
import { requireContent } from "./require-content.ts";

type Given = Input<"messages.send">;

/**
 * @param called whom its text calls
 * @throws {AppError} `invalid_request`, `unsupported_type`, or `not_found` for a message to reply to that can't be one
 */
export function toDraft(ctx: Context, input: Given, medium: GivenMedium | undefined, called: Called): Draft {
  const roomId = parseRoomId(input.room_id);
  const carried = findCarried(input.meta_data);
  const content = carriedText(input);
  const messageType = toMessageType(input.message_type, medium, carried);
  requireContent(content, medium !== undefined);
  requireOnceable(input, messageType);
  const mentions = toMentions(input.meta_data?.mentions, called);
  return {
    roomId,
    tenantId: ctx.actor.tenantId,
    senderId: ctx.actor.userId,
    clientMessageId: input.client_message_id ?? undefined,
    fingerprint: input.client_message_id ? toFingerprint(input, medium?.id) : undefined,
    messageType,
    content,
    replyTo: input.reply_to ? toReplySequence(roomId, input.reply_to) : undefined,
    mentions,
    ...(called.isAll ? { mentionsAll: true } : {}),
    uploadId: medium?.id,
    ...(carried ? { meta: carried.meta } : {}),
    ...(input.is_view_once ? { isViewOnce: true } : {}),
    deviceId: ctx.actor.deviceId,
  };
}

function toMentions(given: readonly string[] = [], { userIds }: Called): string[] | undefined {
  if (given.length === 0 && userIds.length === 0) return undefined;
  return [...new Set([...given, ...userIds])];
}

// What the type does not say, the medium or the content does. A medium that is not there has no kind, and is refused by
// the append.
function toMessageType(
  given: Given["message_type"],
  medium: GivenMedium | undefined,
  carried: Carried | undefined,
): SendableType {
  if (given !== undefined && !isSendable(given)) {
    throw new AppError("unsupported_type", { message: `Messages of type ${given} are not known here.` });
  }
  if (carried) {
    if (medium) throw invalid("upload_id", `a message with a ${carried.type} carries no medium`);
    if (given !== undefined && given !== carried.type) throw invalid("message_type", `must be ${carried.type}`);
    return carried.type;
  }
  if (medium) {
    if (medium.kind !== undefined) requireFits(given, medium.kind);
    return given ?? medium.kind ?? "file";
  }
  if (given === undefined || given === "text") return "text";
  if (given === "contact" || given === "location" || given === "poll") {
    throw invalid(`meta_data.${given}`, `a message of type ${given} needs it`);
  }
  throw invalid("upload_id", `a message of type ${given} carries a medium: give its upload_id or file_url`);
}

const onceable: readonly SendableType[] = ["image", "video", "audio"];

function requireOnceable({ is_view_once }: Given, messageType: SendableType): void {
  if (!is_view_once || onceable.includes(messageType)) return;
  throw invalid("is_view_once", "is for pictures, films and sounds, which are not sent as a file");
}

// By name, and without what is not given: a later version's new field must not change the digest of an older send.
function toFingerprint(input: Given, uploadId: string | undefined): string {
  const { meta_data: meta } = input;
  const body = {
    type: input.message_type ?? (uploadId === undefined ? "text" : undefined),
    content: input.content ?? "",
    reply_to: input.reply_to ?? undefined,
    mentions: meta?.mentions,
    upload_id: uploadId,
    is_view_once: input.is_view_once || undefined,
    contact: meta?.contact,
    location: meta?.location,
    poll: meta?.poll,
  };
  return toDigest(body);
}

/** The digest that a retry is known by. */
export function toDigest(body: object): string {
  return hash("sha256", JSON.stringify(body), "base64url").slice(0, 16);
}

function toReplySequence(roomId: string, replyTo: string): number {
  const place = parseMessageId(replyTo);
  if (place?.roomId === roomId) return place.sequence;
  throw new AppError("not_found", { message: "There is no such message to reply to." });
}

function invalid(path: string, message: string): AppError {
  return new AppError("invalid_request", { details: [{ path, message }] });
}
