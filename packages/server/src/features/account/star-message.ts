/** Puts the caller's star on a message, or takes it off. */
import type { Output } from "@pipit/protocol/operations";
import { AppError } from "../../app-error.ts";
import type { Context, Handler, Writer } from "../../context.ts";
import type { Announce } from "../../db/transact.ts";
import { fromMessageId, type Place } from "../messages/messages-access.ts";
import { accessMessageForWrite } from "../messages/room-messages-access.ts";
import { changeRoom } from "../rooms/rooms-access.ts";
import { nextAccountChange } from "../users/users-access.ts";
import { findStar, saveStar } from "./stars-store.ts";

type Star = Output<"messages.star">;

export const starMessage: Handler<"messages.star"> = (ctx, input) =>
  moveStar(ctx, input.message_id, (isStarred) => input.is_starred ?? !isStarred);

export const addStar: Handler<"messages.addStar"> = (ctx, input) => moveStar(ctx, input.message_id, () => true);

export const removeStar: Handler<"messages.removeStar"> = (ctx, input) => moveStar(ctx, input.message_id, () => false);

// The room is locked, so that the message can't be deleted or hidden meanwhile: those take the star off, and one that
// was put on after that would stay (A4).
function moveStar(ctx: Context, messageId: string, decide: (isStarred: boolean) => boolean): Promise<Star> {
  const place = fromMessageId(messageId);
  return changeRoom(ctx, place.roomId, async (tx, announce) => {
    const { row } = await accessMessageForWrite(ctx, tx, messageId);
    const known = await findStar(tx, place, ctx.actor.userId);
    const isStarred = decide(known?.is_starred === true);
    if (isStarred && row.deleted_at !== null) throw new AppError("gone", { message: "The message was deleted." });
    const isNothingNew = isStarred === (known?.is_starred === true);
    const accountChange = isNothingNew
      ? (known?.account_change ?? 0)
      : await save(ctx, tx, announce, place, { messageId, isStarred });
    return { message_id: messageId, is_starred: isStarred, account_change: accountChange };
  });
}

async function save(
  ctx: Context,
  tx: Writer,
  announce: Announce,
  place: Place,
  { messageId, isStarred }: { messageId: string; isStarred: boolean },
): Promise<number> {
  const accountChange = await nextAccountChange(tx, ctx.actor.tenantId, ctx.actor.userId);
  const star = { is_starred: isStarred, account_change: accountChange };
  await saveStar(tx, ctx.actor, place, { ...star, at: ctx.clock.now() });
  const fact = { kind: "message_starred" as const, room_id: place.roomId, message_id: messageId };
  announce((audiences) => audiences.toUser(ctx.actor, "account:update", { ...fact, ...star }, ctx.actor.socketId));
  return accountChange;
}
