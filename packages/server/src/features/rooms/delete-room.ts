/** Closes a room for all its members. */
import type { Handler } from "../../context.ts";
import { closeRoom } from "./close-room-access.ts";
import { accessRoomForWrite, changeRoom } from "./rooms-access.ts";
import { canClose, requireAllowed } from "./rooms-policy-access.ts";

export const deleteRoom: Handler<"rooms.delete"> = (ctx, input) =>
  changeRoom(ctx, input.room_id, async (tx, announce) => {
    const room = await accessRoomForWrite(ctx, tx, input.room_id);
    requireAllowed(canClose(room), "Only its owner may close a room.");
    await closeRoom(ctx, tx, announce, room.id);
    return { room_id: room.id };
  });
