/** Adds an emoji to a message, or takes it off. */
import type { Reaction } from "@pipit/protocol/models/message";
import type { Output } from "@pipit/protocol/operations";
import { AppError } from "../../app-error.ts";
import type { Context, Handler, Writer } from "../../context.ts";
import { changeRoom, nextChange } from "../rooms/rooms-access.ts";
import { countReactions, deleteReaction, insertReaction, touchMessage } from "./change-messages-store.ts";
import { fromMessageId, type Place } from "./message-id.ts";
import { findReactions } from "./messages-store.ts";
import { accessMessageForWrite } from "./room-messages-access.ts";

const maxReactionsOfUser = 20;
const maxDifferentEmoji = 50;

export const react: Handler<"messages.react"> = (ctx, input) =>
  changeReaction(ctx, input, "added", async (tx, place) => {
    const isNew = await insertReaction(tx, {
      ...place,
      emoji: input.emoji,
      userId: ctx.actor.userId,
      at: ctx.clock.now(),
    });
    const { own, different } = await countReactions(tx, place, ctx.actor.userId);
    if (own > maxReactionsOfUser) throw tooMany(`One may put ${maxReactionsOfUser} emoji on a message.`);
    if (different > maxDifferentEmoji) throw tooMany(`A message takes ${maxDifferentEmoji} different emoji.`);
    return isNew;
  });

export const unreact: Handler<"messages.unreact"> = (ctx, input) =>
  changeReaction(ctx, input, "removed", (tx, place) =>
    deleteReaction(tx, { ...place, emoji: input.emoji, userId: ctx.actor.userId }),
  );

type Change = { message_id: string; emoji: string };

async function changeReaction(
  ctx: Context,
  input: Change,
  action: "added" | "removed",
  save: (tx: Writer, place: Place) => Promise<boolean>,
): Promise<Output<"messages.react">> {
  const place = fromMessageId(input.message_id);
  return changeRoom(ctx, place.roomId, async (tx, announce) => {
    const { row } = await accessMessageForWrite(ctx, tx, input.message_id);
    if (row.deleted_at !== null) throw new AppError("gone", { message: "The message was deleted." });
    const isChanged = await save(tx, place);
    const reactions = (await findReactions(tx, ctx.actor, [row])).get(input.message_id) ?? [];
    if (!isChanged) return { message_id: input.message_id, reactions, change: row.change, is_changed: false };
    const change = await nextChange(tx, place.roomId);
    await touchMessage(tx, place, change);
    const fact = { room_id: place.roomId, message_id: input.message_id, emoji: input.emoji };
    const payload = { ...fact, user_id: ctx.actor.userId, change, action, reactions: reactions.map(toAnyone) };
    announce((audiences) => audiences.toRoom(place.roomId, "message:reaction:update", payload, ctx.actor.socketId));
    return { message_id: input.message_id, reactions, change, is_changed: true };
  });
}

// An event is the same for all who hear it (docs/spec.md W7).
function toAnyone(reaction: Reaction): Reaction {
  return { ...reaction, reacted_by_me: false };
}

function tooMany(message: string): AppError {
  return new AppError("conflict", { message });
}
