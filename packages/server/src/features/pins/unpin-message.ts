/** Takes a pin off. */
import type { Handler } from "../../context.ts";
import { fromMessageId } from "../messages/messages-access.ts";
import { accessMessageForWrite } from "../messages/room-messages-access.ts";
import { withoutWithheld } from "../messages/withheld-access.ts";
import { accessRoomForWrite, changeRoom } from "../rooms/rooms-access.ts";
import { canPin, requireAllowed } from "../rooms/rooms-policy-access.ts";
import { savePins } from "./save-pins.ts";

export const unpinMessage: Handler<"messages.unpin"> = (ctx, input) => {
  const place = fromMessageId(input.message_id);
  return changeRoom(ctx, place.roomId, async (tx, announce) => {
    const room = await accessRoomForWrite(ctx, tx, place.roomId);
    const left = room.pinned.filter((pin) => pin.message_id !== input.message_id);
    const seen = await withoutWithheld(tx, ctx.actor.userId, room.pinned);
    const isPinned = seen.some((pin) => pin.message_id === input.message_id);
    // The room's list names it to all members, so that also those may take it off who can't see the message.
    if (!isPinned) await accessMessageForWrite(ctx, tx, input.message_id);
    requireAllowed(canPin(room), "Your role may not unpin messages in this room.");
    if (!isPinned) return { room_id: room.id, change: room.room_change, pinned_messages: seen };
    const fact = { kind: "message_unpinned" as const, message_id: input.message_id };
    return savePins(ctx, tx, announce, room.id, left, fact);
  });
};
