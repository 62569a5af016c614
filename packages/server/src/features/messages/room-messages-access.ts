/** What other parts may ask of a room's messages: access is checked here. */
import type { Message } from "@pipit/protocol/models/message";
import { AppError } from "../../app-error.ts";
import type { Context, Reader, Writer } from "../../context.ts";
import { accessRoom, accessRoomForWrite, type MembershipRow } from "../rooms/rooms-access.ts";
import { fromMessageId, type Place } from "./message-id.ts";
import { findRows, findRowsAt, findSequenceAt, type MessageRow, toMessages } from "./messages-store.ts";

export type AccessedMessage = { room: MembershipRow; row: MessageRow };

/** The message and its room, if the caller may see it. @throws {AppError} `not_found` */
export async function accessMessage(ctx: Context, messageId: string): Promise<AccessedMessage> {
  const place = fromMessageId(messageId);
  return accessRow(ctx, ctx.db, await accessRoom(ctx, place.roomId), place, false);
}

/**
 * The same, with the room locked until the transaction ends.
 * @param withHidden also one that the caller deleted for themself
 * @throws {AppError} `not_found`
 */
export async function accessMessageForWrite(
  ctx: Context,
  tx: Writer,
  messageId: string,
  withHidden = false,
): Promise<AccessedMessage> {
  const place = fromMessageId(messageId);
  return accessRow(ctx, tx, await accessRoomForWrite(ctx, tx, place.roomId), place, withHidden);
}

/** A message as the caller sees it, at a place that they have access to. */
export async function viewMessage(ctx: Context, place: Place, db: Reader = ctx.db): Promise<Message> {
  const [message] = await toMessages({ ...ctx, db }, ctx.actor, await findRowsAt(db, [place], ctx.actor.userId));
  if (!message) throw new Error(`there is no message ${place.sequence} in room ${place.roomId}`);
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
  return toMessages(ctx, ctx.actor, rows);
}

/** Messages of a room after a sequence or a moment, oldest first; or the newest ones. */
export async function findNewMessages(
  ctx: Context,
  room: MembershipRow,
  since: { sequence: number } | { time: Date } | "newest",
  limit: number,
): Promise<Message[]> {
  if (since === "newest") {
    const rows = await findRows(ctx.db, placeOf(ctx, room), {}, "down", limit);
    return toMessages(ctx, ctx.actor, rows.reverse());
  }
  const after = "sequence" in since ? since.sequence : await findSequenceAt(ctx.db, room.id, since.time);
  return toMessages(ctx, ctx.actor, await findRows(ctx.db, placeOf(ctx, room), { after }, "up", limit));
}

async function accessRow(
  ctx: Context,
  db: Reader,
  room: MembershipRow,
  place: Place,
  withHidden: boolean,
): Promise<AccessedMessage> {
  const range = { after: place.sequence - 1, before: place.sequence + 1 };
  const [row] = await findRows(db, { ...placeOf(ctx, room), withHidden }, range, "up", 1);
  if (!row) throw new AppError("not_found", { message: "There is no such message." });
  return { room, row };
}

/** The caller's view of a room, for queries on its messages. */
export function placeOf(ctx: Context, room: MembershipRow) {
  return { roomId: room.id, userId: ctx.actor.userId, firstVisible: room.first_visible };
}
