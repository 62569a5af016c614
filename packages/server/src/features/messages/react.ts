/** Adds an emoji to a message, or takes it off. */
import type { Reaction } from "@pipit/protocol/models/message";
import { AppError } from "../../app-error.ts";
import type { Context, Handler, Writer } from "../../context.ts";
import { transact } from "../../db/transact.ts";
import { nextChange } from "../rooms/rooms-access.ts";
import { countReactions, deleteReaction, insertReaction, touchMessage } from "./change-messages-store.ts";
import type { Place } from "./message-id.ts";
import { findMessagesAt } from "./messages-access.ts";
import { accessMessageForWrite } from "./room-messages-access.ts";

const maxReactionsOfUser = 20;

export const react: Handler<"messages.react"> = (ctx, input) =>
  changeReaction(ctx, input, "added", async (tx, place) => {
    if ((await countReactions(tx, place, ctx.actor.userId)) >= maxReactionsOfUser) {
      throw new AppError("conflict", { message: `One may put ${maxReactionsOfUser} emoji on a message.` });
    }
    return insertReaction(tx, { ...place, emoji: input.emoji, userId: ctx.actor.userId, at: ctx.clock.now() });
  });

export const unreact: Handler<"messages.unreact"> = (ctx, input) =>
  changeReaction(ctx, input, "removed", (tx, place) =>
    deleteReaction(tx, { ...place, emoji: input.emoji, userId: ctx.actor.userId }),
  );

async function changeReaction(
  ctx: Context,
  input: { message_id: string; emoji: string },
  action: "added" | "removed",
  save: (tx: Writer, place: Place) => Promise<boolean>,
): Promise<{ message_id: string; reactions: Reaction[] }> {
  return transact(ctx, async (tx, announce) => {
    const { room, row } = await accessMessageForWrite(ctx, tx, input.message_id);
    if (row.deleted_at !== null) throw new AppError("gone", { message: "The message was deleted." });
    const place = { roomId: room.id, sequence: row.sequence };
    if (await save(tx, place)) {
      const change = await nextChange(tx, room.id);
      await touchMessage(tx, place, change);
      const reactions = await findReactionsOf(tx, undefined, place);
      const fact = { room_id: room.id, message_id: input.message_id, emoji: input.emoji, user_id: ctx.actor.userId };
      const payload = { ...fact, change, action, reactions };
      announce((audiences) => audiences.toRoom(room.id, "message:reaction:update", payload, ctx.actor.socketId));
    }
    return { message_id: input.message_id, reactions: await findReactionsOf(tx, ctx.actor, place) };
  });
}

async function findReactionsOf(tx: Writer, viewer: { userId: string } | undefined, place: Place): Promise<Reaction[]> {
  const [message] = await findMessagesAt(tx, viewer, [place]);
  return message?.reactions ?? [];
}
