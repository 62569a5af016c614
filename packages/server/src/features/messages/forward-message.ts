/** Forwards a message to other rooms: each gets a message of its own, wholly or not at all. */
import type { ErrorCode } from "@pipit/protocol/errors";
import type { Input } from "@pipit/protocol/operations";
import { AppError } from "../../app-error.ts";
import type { Context, Handler } from "../../context.ts";
import { isRoomId, parseRoomId } from "../rooms/rooms-access.ts";
import { requireAllowed } from "../rooms/rooms-policy-access.ts";
import { findUsers } from "../users/users-access.ts";
import { appendDraft, type SentMessage } from "./append-draft.ts";
import type { Draft } from "./append-messages.ts";
import { countForwards } from "./count-forwards.ts";
import { findSends } from "./forwards-store.ts";
import { fromMessageId, toMessageId } from "./message-id.ts";
import { findMessagesAt } from "./messages-access.ts";
import type { MessageRow } from "./messages-store.ts";
import { accessMessage } from "./room-messages-access.ts";
import { toDigest } from "./to-draft.ts";

/** From so many forwards on, on its way here or from here, a message goes to one room at a time. */
const manyForwards = 5;

/** One room after another would be slower; each append stands for itself. */
export const forwardMessage: Handler<"messages.forward"> = async (ctx, input) => {
  const targets = [...new Set(input.target_room_ids)];
  const known = await findForwarded(ctx, input, targets);
  const left = targets.filter((roomId) => !known.has(roomId));
  const forwarded = left.length > 0 ? await forwardToAll(ctx, input, left) : [];
  const results = targets.flatMap((roomId) => known.get(roomId) ?? forwarded[left.indexOf(roomId)] ?? []);
  const sent = results.flatMap((result) => ("message" in result ? result.message : []));
  const failed = results.flatMap((result) => ("code" in result ? result : []));
  if (sent.some((message) => !message.duplicate)) await countAtOnce(ctx, input.message_id);
  return { forwarded_count: sent.length, message_ids: sent.map((message) => message.id), failed };
};

type Given = Input<"messages.forward">;

/** G3: what a former call with this client id has come to, whatever has become of the source since. */
async function findForwarded(ctx: Context, input: Given, targets: readonly string[]): Promise<Map<string, Result>> {
  const clientMessageId = input.client_message_id;
  if (!clientMessageId) return new Map();
  const sends = await findSends(ctx.db, ctx.actor, clientMessageId, targets.filter(isRoomId));
  const same = sends.filter((send) => send.fingerprint === toFingerprint(input.message_id));
  const places = same.map((send) => ({ roomId: send.room_id, sequence: send.sequence }));
  const messages = await findMessagesAt(ctx, ctx.actor, places);
  return new Map(messages.map((message) => [message.room_id, { message: { ...message, duplicate: true } }]));
}

/** @returns what became of each target, in their order */
async function forwardToAll(ctx: Context, input: Given, targets: readonly string[]): Promise<Result[]> {
  const { row } = await accessMessage(ctx, input.message_id);
  requireForwardable(ctx, row);
  requireFewTargets(row, targets, ctx.config.maxForwardTargets);
  const draft = await toForwarded(ctx, row, input.client_message_id ?? undefined);
  return Promise.all(targets.map((roomId) => forwardTo(ctx, draft, roomId)));
}

function toFingerprint(messageId: string): string {
  return toDigest({ forward: messageId });
}

/** The forwards have committed: that they could not be counted now is no failure. The job that the append left does it. */
async function countAtOnce(ctx: Context, messageId: string): Promise<void> {
  try {
    await countForwards(ctx, fromMessageId(messageId));
  } catch (error) {
    ctx.log.warn({ err: error, message_id: messageId }, "forwards could not be counted yet");
  }
}

type Result = { message: SentMessage } | { room_id: string; code: ErrorCode };

async function forwardTo(ctx: Context, draft: Omit<Draft, "roomId">, roomId: string): Promise<Result> {
  try {
    return { message: await appendDraft(ctx, { ...draft, roomId: parseRoomId(roomId) }) };
  } catch (error) {
    // What is not of the target is a fault, and no answer.
    if (error instanceof AppError) return { room_id: roomId, code: error.code };
    throw error;
  }
}

function requireForwardable(ctx: Context, row: MessageRow): void {
  requireAllowed(row.message_type !== "system", "A system message can't be forwarded.");
  requireAllowed(!row.is_view_once, "What may be opened once can't be forwarded.");
  const isOver = row.deleted_at !== null || (row.expires_at !== null && row.expires_at <= ctx.clock.now());
  if (isOver) throw new AppError("gone", { message: "The message was deleted." });
}

function requireFewTargets(row: MessageRow, targets: readonly string[], most: number): void {
  const chain = row.meta_data.forward_info?.forward_chain_length ?? 0;
  const isOften = Math.max(chain, row.forwarded_count) >= manyForwards;
  const allowed = isOften ? 1 : most;
  if (targets.length <= allowed) return;
  const message = isOften
    ? "This message has been forwarded many times: it goes to one room at a time."
    : `A message goes to ${most} rooms at a time.`;
  throw new AppError("invalid_request", { message, details: [{ path: "target_room_ids", message }] });
}

async function toForwarded(
  ctx: Context,
  row: MessageRow,
  clientMessageId: string | undefined,
): Promise<Omit<Draft, "roomId">> {
  const { mentions: _, mentions_all: __, forward_info, poll, ...meta } = row.meta_data;
  const senderId = forward_info?.original_sender_id ?? row.sender_id;
  const [sender] = await findUsers(ctx.db, ctx.actor.tenantId, [senderId]);
  const info = {
    original_sender_id: senderId,
    original_sender_name: forward_info?.original_sender_name ?? sender?.name ?? senderId,
    forward_chain_length: (forward_info?.forward_chain_length ?? 0) + 1,
  };
  const { closed_at: ___, ...question } = poll ?? { closed_at: undefined };
  return {
    tenantId: ctx.actor.tenantId,
    senderId: ctx.actor.userId,
    clientMessageId,
    fingerprint: clientMessageId && toFingerprint(toMessageId(row.room_id, row.sequence)),
    messageType: row.message_type,
    content: row.content,
    replyTo: undefined,
    mentions: undefined,
    uploadId: row.upload_id ?? undefined,
    meta: { ...meta, ...("question" in question ? { poll: question } : {}), forward_info: info },
    source: { roomId: row.room_id, sequence: row.sequence },
    deviceId: ctx.actor.deviceId,
  };
}
