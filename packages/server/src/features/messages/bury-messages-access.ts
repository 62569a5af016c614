/** Makes tombstones of messages whose time is over, as if they had been deleted for everyone. */
import type { Context, Services, Writer } from "../../context.ts";
import type { Announce } from "../../db/transact.ts";
import { dropUse } from "../media/media-access.ts";
import { unpinDeleted } from "../pins/pins-access.ts";
import { nextChange } from "../rooms/rooms-access.ts";
import { announceChanged } from "./announce-changed.ts";
import { saveTombstone } from "./change-messages-store.ts";
import { takeOffStars } from "./take-off-stars.ts";

/** What it takes to bury messages, besides a database. */
export type BuryServices = Pick<Services, "db" | "clock" | "log" | "links" | "audiences" | "jobs">;

/** A room is held for no longer than it takes to write this many tombstones. */
export const maxBuried = 20;

type Mortal = { sequence: number; upload_id: string | null };

/**
 * The first rows, of which at most `limit` still say something, and only the last carries a medium: to drop two in one
 * transaction would lock two users' usage, and another room's round might lock them the other way round.
 */
export function takeBatch<Row extends Mortal>(
  rows: readonly Row[],
  limit: number,
  isSpeaking: (row: Row) => boolean = () => true,
): Row[] {
  const batch: Row[] = [];
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

/** @param rows of a locked room, in order, none of them deleted, of which only the last may carry a medium */
export async function buryMessages(
  ctx: BuryServices & Pick<Context, "actor">,
  tx: Writer,
  announce: Announce,
  room: { id: string; tenantId: string },
  rows: readonly Mortal[],
): Promise<void> {
  for (const { sequence } of rows) await bury(ctx, tx, announce, { roomId: room.id, sequence });
  const sequences = rows.map((row) => row.sequence);
  await takeOffStars(tx, announce, room, sequences);
  await unpinDeleted(ctx, tx, announce, room.id, sequences);
  const last = rows.at(-1);
  if (!last || last.upload_id === null) return;
  const isLast = await dropUse(ctx, tx, last.upload_id, { roomId: room.id, sequence: last.sequence });
  if (isLast) announce(() => ctx.jobs.wake());
}

async function bury(
  ctx: BuryServices & Pick<Context, "actor">,
  tx: Writer,
  announce: Announce,
  place: { roomId: string; sequence: number },
): Promise<void> {
  const change = await nextChange(tx, place.roomId);
  await saveTombstone(tx, place, { change, at: ctx.clock.now() });
  await announceChanged(ctx, tx, announce, "message:delete:update", place);
}
