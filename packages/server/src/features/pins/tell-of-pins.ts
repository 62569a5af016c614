/** Tells a room of the pins that it has now. */
import { sql } from "kysely";
import type { Writer } from "../../context.ts";
import type { Announce } from "../../db/transact.ts";
import { withoutWithheld } from "../messages/withheld-access.ts";
import { fromDirectKey, type RoomRow, toSharedRoom } from "../rooms/rooms-access.ts";

/**
 * Each of the two of a direct room hears of those pins alone whose messages were not withheld from them.
 * @param to whom alone it is told, of a direct room
 */
export async function tellOfPins(
  tx: Writer,
  announce: Announce,
  room: RoomRow,
  { change, to, exceptSocket }: { change: number; to?: string | undefined; exceptSocket?: string | undefined },
): Promise<void> {
  const payload = { ...toSharedRoom(room), room_id: room.id, change };
  if (room.direct_key === null) {
    announce((audiences) => audiences.toRoom(room.id, "group:updated", payload, exceptSocket));
    return;
  }
  const tenantId = await findTenant(tx, room.id);
  for (const userId of new Set(to === undefined ? fromDirectKey(room.direct_key) : [to])) {
    const pinned_messages = await withoutWithheld(tx, userId, payload.pinned_messages);
    announce((audiences) => {
      audiences.toUser({ tenantId, userId }, "group:updated", { ...payload, pinned_messages }, exceptSocket);
    });
  }
}

async function findTenant(tx: Writer, roomId: string): Promise<string> {
  const { rows } = await sql<{ tenant_id: string }>`select tenant_id from rooms where id = ${roomId}`.execute(tx);
  if (!rows[0]) throw new Error("a locked room is missing");
  return rows[0].tenant_id;
}
