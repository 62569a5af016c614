/** Ends a locked room: nobody reads or writes it any more. */
import type { Context, Writer } from "../../context.ts";
import type { Announce } from "../../db/transact.ts";
import { endPeriods, forgetDepartures } from "../members/membership-periods-access.ts";
import { nextChange, saveRoom } from "./rooms-store.ts";

/** Members are told, and then leave its audience. */
export async function closeRoom(ctx: Context, tx: Writer, announce: Announce, roomId: string): Promise<void> {
  const change = await nextChange(tx, roomId);
  const at = ctx.clock.now();
  await saveRoom(tx, roomId, { closed_at: at }, { change, at });
  await endPeriods(tx, roomId);
  // What ends for all ends for those who have gone before, too (F4).
  await forgetDepartures(tx, roomId);
  announce((audiences) => {
    audiences.toRoom(roomId, "room:deleted", { room_id: roomId, change });
    audiences.closeRoom(roomId);
  });
}
