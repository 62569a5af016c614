/** Adds an emoji to a message, or takes it off. */
import type { Reaction } from "@pipit/protocol/models/message";
import type { Output } from "@pipit/protocol/operations";
import { AppError } from "../../app-error.ts";
import type { Context, Handler, Writer } from "../../context.ts";
import { changeRoom, fromDirectKey, type MembershipRow, nextChange } from "../rooms/rooms-access.ts";
import { findBlind } from "./blind-members-access.ts";
import { countReactions, deleteReaction, insertReaction, touchMessage } from "./change-messages-store.ts";
import { fromMessageId, type Place, toMessageId } from "./message-id.ts";
import { findReactions, type MessageRow } from "./messages-store.ts";
import { type AccessedMessage, accessMessageForWrite } from "./room-messages-access.ts";
import { tellOfMessage } from "./tell-of-message.ts";

const maxReactionsOfUser = 20;
const maxDifferentEmoji = 50;

export const react: Handler<"messages.react"> = (ctx, input) =>
  changeReaction(ctx, input, "added", async (tx, place, { room, row }) => {
    // What is withheld as a whole needs no more.
    const isWithheld = room.blocked_by_peer && !row.is_withheld;
    const { userId } = ctx.actor;
    const isNew = await insertReaction(tx, {
      ...place,
      emoji: input.emoji,
      userId,
      isWithheld,
      at: ctx.clock.now(),
    });
    const { own, different } = await countReactions(tx, place, ctx.actor.userId);
    if (own > maxReactionsOfUser) throw tooMany(`One may put ${maxReactionsOfUser} emoji on a message.`);
    if (different > maxDifferentEmoji) throw tooMany(`A message takes ${maxDifferentEmoji} different emoji.`);
    return isNew ? isWithheld : undefined;
  });

export const unreact: Handler<"messages.unreact"> = (ctx, input) =>
  changeReaction(ctx, input, "removed", (tx, place) =>
    deleteReaction(tx, { ...place, emoji: input.emoji, userId: ctx.actor.userId }),
  );

type Change = { message_id: string; emoji: string };

/** @param save saves it, and says whether it is for the caller alone, or undefined if that was so already */
async function changeReaction(
  ctx: Context,
  input: Change,
  action: "added" | "removed",
  save: (tx: Writer, place: Place, accessed: AccessedMessage) => Promise<boolean | undefined>,
): Promise<Output<"messages.react">> {
  const place = fromMessageId(input.message_id);
  return changeRoom(ctx, place.roomId, async (tx, announce) => {
    const accessed = await accessMessageForWrite(ctx, tx, input.message_id);
    const { room, row } = accessed;
    if (row.deleted_at !== null) throw new AppError("gone", { message: "The message was deleted." });
    const isWithheld = await save(tx, place, accessed);
    const reactions = (await findReactions(tx, ctx.actor, [row])).get(input.message_id) ?? [];
    if (isWithheld === undefined)
      return { message_id: input.message_id, reactions, change: row.change, is_changed: false };
    const change = await nextChange(tx, place.roomId);
    await touchMessage(tx, place, change);
    const fact = { room_id: place.roomId, message_id: input.message_id, emoji: input.emoji };
    const { tenantId, userId, socketId } = ctx.actor;
    const payload = { ...fact, user_id: userId, change, action, reactions: reactions.map(toAnyone) };
    const blind = (await findBlind(tx, place.roomId, [place.sequence]))(place.sequence);
    const told = isWithheld ? { ...row, sender_id: userId, is_withheld: true } : { ...row, blind };
    const forPeer = room.direct_key === null || told.is_withheld ? undefined : await findOthers(ctx, tx, row, room);
    announce((audiences) => {
      if (!forPeer) tellOfMessage(audiences, told, tenantId, "message:reaction:update", payload, socketId);
      else {
        audiences.toUser(ctx.actor, "message:reaction:update", payload, socketId);
        const spared = [userId, ...blind].map((spared) => ({ tenantId, userId: spared }));
        audiences.toRoomBut(spared, place.roomId, "message:reaction:update", { ...payload, reactions: forPeer });
      }
    });
    return { message_id: input.message_id, reactions, change, is_changed: true };
  });
}

// As the other of a direct room may know them: what one put on while blocked is for them alone.
async function findOthers(ctx: Context, tx: Writer, row: MessageRow, room: MembershipRow): Promise<Reaction[]> {
  const peerId = fromDirectKey(room.direct_key ?? "[]").find((id) => id !== ctx.actor.userId) ?? ctx.actor.userId;
  const reactions = await findReactions(tx, { userId: peerId }, [row]);
  return (reactions.get(toMessageId(row.room_id, row.sequence)) ?? []).map(toAnyone);
}

// An event is the same for all who hear it (docs/spec.md W7).
function toAnyone(reaction: Reaction): Reaction {
  return { ...reaction, reacted_by_me: false };
}

function tooMany(message: string): AppError {
  return new AppError("conflict", { message });
}
