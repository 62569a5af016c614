/** Clears a room for the caller alone: what has been said so far is gone from their own devices. */
import type { Draft } from "@pipit/protocol/models/account";
import type { Handler } from "../../context.ts";
import { accessRoomForWrite, changeRoom } from "../rooms/rooms-access.ts";
import { movePreferences } from "./move-preferences.ts";
import { readPreferences } from "./preferences-store.ts";

export const clearRoom: Handler<"rooms.clear"> = (ctx, input) =>
  changeRoom(ctx, input.room_id, async (tx, announce) => {
    const room = await accessRoomForWrite(ctx, tx, input.room_id);
    const known = await readPreferences(tx, room.id, ctx.actor.userId);
    // Notifications of what is gone are taken away as if it had been read.
    announce(() => ctx.push.signals.noteRead({ roomId: room.id, userId: ctx.actor.userId }));
    return movePreferences(ctx, tx, announce, known, {
      ...known,
      draft: input.delete_chat ? null : withoutReply(known.draft),
      is_hidden: input.delete_chat,
      cleared_sequence: room.last_sequence,
    });
  });

// Every message that it could reply to is gone.
function withoutReply(draft: Draft | null): Draft | null {
  return draft === null || draft.content === "" ? null : { ...draft, reply_to: null };
}
