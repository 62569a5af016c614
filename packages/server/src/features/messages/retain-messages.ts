/** Turns messages that are older than the operator keeps them into tombstones, room by room (docs/spec.md M12). */
import type { Services, Writer } from "../../context.ts";
import { takeTurn } from "../../db/take-turns.ts";
import { type Announce, transact } from "../../db/transact.ts";
import { dropUse } from "../media/media-access.ts";
import { lockRoom, nextChange } from "../rooms/rooms-access.ts";
import { announceChanged } from "./announce-changed.ts";
import { saveTombstone } from "./change-messages-store.ts";
import { findOldRooms, findOldRows, type OldRoom, type OldRow, saveRetained } from "./retention-store.ts";
import { takeOffStars } from "./take-off-stars.ts";

export type RetainServices = Pick<Services, "db" | "clock" | "log" | "links" | "audiences" | "jobs">;

/** How many messages became tombstones, and whether old ones may be left. */
export type Retained = { messages: number; hasMore: boolean };

const roomsAtOnce = 500;

/** A room is held for no longer than it takes to write this many tombstones, and to look at this many rows. */
const maxBuried = 20;
const maxRows = 500;

/**
 * One round: at most `limit` messages of all rooms together. A round that is broken off is gone on with by the next. A room
 * that fails is left to the next round too, and stops none behind it.
 * @throws {AggregateError} at the end, if rooms failed
 */
export async function retainMessages(
  services: RetainServices,
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

async function retainRoom(services: RetainServices, room: OldRoom, olderThan: Date, limit: number): Promise<number> {
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
  services: RetainServices,
  room: OldRoom,
  olderThan: Date,
  limit: number,
): Promise<number | undefined> {
  const ctx = { ...services, actor: { kind: "service" as const, tenantId: room.tenant_id, userId: "" } };
  return takeTurn(room.id, () =>
    transact(ctx, async (tx, announce) => {
      await lockRoom(tx, room.id);
      const rows = toBatch(await findOldRows(tx, room.id, olderThan, maxRows), limit);
      const last = rows.at(-1);
      if (!last) return undefined;
      const speaking = rows.filter(isSpeaking);
      for (const row of speaking) await bury(ctx, tx, announce, row);
      const sequences = speaking.map((row) => row.sequence);
      await takeOffStars(tx, announce, { id: room.id, tenantId: room.tenant_id }, sequences);
      await dropMedia(ctx, tx, announce, speaking.at(-1));
      await saveRetained(tx, room.id, last.sequence);
      return speaking.length;
    }),
  );
}

/**
 * The first rows, of which at most `limit` still say something, and only the last carries a medium: to drop two in one
 * transaction would lock two users' usage, and another room's round might lock them the other way round.
 */
function toBatch(rows: readonly OldRow[], limit: number): OldRow[] {
  const batch: OldRow[] = [];
  let speaking = 0;
  for (const row of rows) {
    if (speaking === limit) break;
    batch.push(row);
    if (!isSpeaking(row)) continue;
    speaking += 1;
    if (row.upload_id !== null) break;
  }
  return batch;
}

// What the system reports of a room is no one's word, and stays.
function isSpeaking(row: OldRow): boolean {
  return row.deleted_at === null && row.message_type !== "system";
}

async function bury(
  ctx: RetainServices & Parameters<typeof announceChanged>[0],
  tx: Writer,
  announce: Announce,
  row: OldRow,
): Promise<void> {
  const place = { roomId: row.room_id, sequence: row.sequence };
  const change = await nextChange(tx, place.roomId);
  await saveTombstone(tx, place, { change, at: ctx.clock.now() });
  await announceChanged(ctx, tx, announce, "message:delete:update", place);
}

async function dropMedia(ctx: RetainServices, tx: Writer, announce: Announce, last: OldRow | undefined): Promise<void> {
  if (!last || last.upload_id === null) return;
  const isLast = await dropUse(ctx, tx, last.upload_id, { roomId: last.room_id, sequence: last.sequence });
  if (isLast) announce(() => ctx.jobs.wake());
}
