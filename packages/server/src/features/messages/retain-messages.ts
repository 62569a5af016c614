/** Turns messages that are older than the operator keeps them into tombstones, room by room (docs/spec.md M12). */
import { takeTurn } from "../../db/take-turns.ts";
import { transact } from "../../db/transact.ts";
import { lockRoom } from "../rooms/rooms-access.ts";
import { type BuryServices, buryMessages, maxBuried, takeBatch } from "./bury-messages-access.ts";
import { findOldRooms, findOldRows, type OldRoom, type OldRow, saveRetained } from "./retention-store.ts";

/** How many messages became tombstones, and whether old ones may be left. */
export type Retained = { messages: number; hasMore: boolean };

const roomsAtOnce = 500;

/** Nor is a room held for longer than it takes to look at this many rows. */
const maxRows = 500;

/**
 * One round: at most `limit` messages of all rooms together. A round that is broken off is gone on with by the next. A room
 * that fails is left to the next round too, and stops none behind it.
 * @throws {AggregateError} at the end, if rooms failed
 */
export async function retainMessages(
  services: BuryServices,
  { olderThan, limit }: { olderThan: Date; limit: number },
): Promise<Retained> {
  let messages = 0;
  const failures: unknown[] = [];
  const toRetained = (hasMore: boolean): Retained => {
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} rooms could not be retained`);
    return { messages, hasMore };
  };
  let after: string | undefined;
  for (;;) {
    const rooms = await findOldRooms(services.db, { after, olderThan }, roomsAtOnce);
    for (const room of rooms.filter(({ is_due }) => is_due)) {
      try {
        messages += await retainRoom(services, room, olderThan, limit - messages);
      } catch (error) {
        services.log.error({ err: error, room_id: room.id }, "a room's old messages could not be removed");
        failures.push(error);
      }
      if (messages >= limit) return toRetained(true);
    }
    after = rooms.at(-1)?.id;
    if (rooms.length < roomsAtOnce) return toRetained(false);
  }
}

async function retainRoom(services: BuryServices, room: OldRoom, olderThan: Date, limit: number): Promise<number> {
  let messages = 0;
  while (messages < limit) {
    const batch = await retainBatch(services, room, olderThan, Math.min(maxBuried, limit - messages));
    if (batch === undefined) break;
    messages += batch;
  }
  return messages;
}

/** @returns how many became tombstones, or undefined when nothing old was left */
function retainBatch(
  services: BuryServices,
  room: OldRoom,
  olderThan: Date,
  limit: number,
): Promise<number | undefined> {
  const ctx = { ...services, actor: { kind: "service" as const, tenantId: room.tenant_id, userId: "" } };
  return takeTurn(room.id, () =>
    transact(ctx, async (tx, announce) => {
      await lockRoom(tx, room.id);
      const rows = takeBatch(await findOldRows(tx, room.id, olderThan, maxRows), limit, isSpeaking);
      const last = rows.at(-1);
      if (!last) return undefined;
      const speaking = rows.filter(isSpeaking);
      await buryMessages(ctx, tx, announce, { id: room.id, tenantId: room.tenant_id }, speaking);
      await saveRetained(tx, room.id, last.sequence);
      return speaking.length;
    }),
  );
}

// What the system reports of a room is no one's word, and stays.
function isSpeaking(row: OldRow): boolean {
  return row.deleted_at === null && row.message_type !== "system";
}
