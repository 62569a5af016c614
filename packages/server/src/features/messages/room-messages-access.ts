/** What other parts may ask of a room's messages: access is checked here. */
import type { Message } from "@pipit/protocol/models/message";
import { AppError } from "../../app-error.ts";
import type { Context, Reader, Writer } from "../../context.ts";
import { accessRoom, accessRoomForWrite, type MembershipRow } from "../rooms/rooms-access.ts";
import { fromMessageId, type Place } from "./message-id.ts";
import { findRows, type MessageRow, toMessages } from "./messages-store.ts";

export type AccessedMessage = { room: MembershipRow; row: MessageRow };

/** The message and its room, if the caller may see it. @throws {AppError} `not_found` */
export async function accessMessage(ctx: Context, messageId: string): Promise<AccessedMessage> {
  const place = fromMessageId(messageId);
  return accessRow(ctx, ctx.db, await accessRoom(ctx, place.roomId), place);
}

/** The same, with the room locked until the transaction ends. @throws {AppError} `not_found` */
export async function accessMessageForWrite(ctx: Context, tx: Writer, messageId: string): Promise<AccessedMessage> {
  const place = fromMessageId(messageId);
  return accessRow(ctx, tx, await accessRoomForWrite(ctx, tx, place.roomId), place);
}

/** The message as the caller sees it. */
export async function viewMessage(ctx: Context, { row }: AccessedMessage): Promise<Message> {
  const [message] = await toMessages(ctx.db, ctx.actor, [row]);
  if (!message) throw new Error("a row made no message");
  return message;
}

/** Messages of a room that changed after `change`, least changed first. */
export async function findChangedMessages(
  ctx: Context,
  room: MembershipRow,
  change: number,
  limit: number,
): Promise<Message[]> {
  const rows = await findRows(ctx.db, placeOf(ctx, room), { changedAfter: change }, "change", limit);
  return toMessages(ctx.db, ctx.actor, rows);
}

/** Messages of a room after a sequence or a moment, oldest first; or the newest ones. */
export async function findNewMessages(
  ctx: Context,
  room: MembershipRow,
  since: { sequence: number } | { time: Date } | "newest",
  limit: number,
): Promise<Message[]> {
  const range =
    since === "newest" ? {} : "sequence" in since ? { after: since.sequence } : { createdAfter: since.time };
  const rows = await findRows(ctx.db, placeOf(ctx, room), range, since === "newest" ? "down" : "up", limit);
  return toMessages(ctx.db, ctx.actor, since === "newest" ? rows.reverse() : rows);
}

async function accessRow(ctx: Context, db: Reader, room: MembershipRow, place: Place): Promise<AccessedMessage> {
  const range = { after: place.sequence - 1, before: place.sequence + 1 };
  const [row] = await findRows(db, placeOf(ctx, room), range, "up", 1);
  if (!row) throw new AppError("not_found", { message: "There is no such message." });
  return { room, row };
}

/** The caller's view of a room, for queries on its messages. */
export function placeOf(ctx: Context, room: MembershipRow) {
  return { roomId: room.id, userId: ctx.actor.userId, firstVisible: room.first_visible };
}
