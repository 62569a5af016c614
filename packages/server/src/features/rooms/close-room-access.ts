/** Ends a locked room: nobody reads or writes it any more. */
import type { Context, Writer } from "../../context.ts";
import type { Announce } from "../../db/transact.ts";
import { nextChange } from "./rooms-access.ts";

/** Members are told, and then leave its audience. */
export async function closeRoom(ctx: Context, tx: Writer, announce: Announce, roomId: string): Promise<void> {
  const change = await nextChange(tx, roomId);
  const at = ctx.clock.now();
  await tx
    .updateTable("rooms")
    .set({ closed_at: at, updated_at: at, room_change: change })
    .where("id", "=", roomId)
    .execute();
  announce((audiences) => {
    audiences.toRoom(roomId, "room:deleted", { room_id: roomId, change });
    audiences.closeRoom(roomId);
  });
}
