/** What other parts may ask of rooms: the room that was checked, and leave to change it. */
import type { Room } from "@pipit/protocol/models/room";
import { sql } from "kysely";
import { AppError } from "../../app-error.ts";
import type { Actor, Context, Reader, Writer } from "../../context.ts";
import { parseRoomId } from "./room-id.ts";
import { findMembership, findRoomViews, type MembershipRow } from "./rooms-store.ts";

export { parseRoomId } from "./room-id.ts";
export type { MembershipRow, RoomView } from "./rooms-store.ts";
export { findRoomIds, findRoomViews, findUnread } from "./rooms-store.ts";

/** The room, if the caller is a member of it. @throws {AppError} `not_found` (G9) */
export async function accessRoom(ctx: Context, roomId: string, db: Reader = ctx.db): Promise<MembershipRow> {
  const membership = await findMembership(db, ctx.actor, parseRoomId(roomId));
  if (!membership) throw new AppError("not_found", { message: "There is no such room." });
  return membership;
}

/**
 * Locks the room until the transaction ends, then looks whether the caller is a member of it: what commits after this
 * was allowed when it committed (G8), and nothing else changes the room meanwhile (G2).
 * @throws {AppError} `not_found`
 */
export async function accessRoomForWrite(ctx: Context, tx: Writer, roomId: string): Promise<MembershipRow> {
  await lockRoom(tx, parseRoomId(roomId));
  return accessRoom(ctx, roomId, tx);
}

async function lockRoom(tx: Writer, roomId: string): Promise<void> {
  await sql`select 1 from rooms where id = ${roomId} for no key update`.execute(tx);
}

/** Counts a change to what members share of a room that is locked, and gives its number. */
export async function nextChange(tx: Writer, roomId: string): Promise<number> {
  const row = await tx
    .updateTable("rooms")
    .set((eb) => ({ last_change: eb("last_change", "+", 1), moved_xid: sql<string>`pg_current_xact_id()` }))
    .where("id", "=", roomId)
    .returning("last_change")
    .executeTakeFirstOrThrow();
  return row.last_change;
}

/** The room as the caller sees it. @throws {AppError} `not_found` */
export function viewRoom(ctx: Context, roomId: string): Promise<Room> {
  return viewRoomOf(ctx.db, ctx.actor, parseRoomId(roomId));
}

/** The room as a member sees it. @throws {AppError} `not_found` */
export async function viewRoomOf(db: Reader, actor: Actor, roomId: string): Promise<Room> {
  const filter = { condition: sql`m.room_id = ${roomId}`, order: sql`r.id`, limit: 1 };
  const [view] = await findRoomViews(db, actor, filter);
  if (!view) throw new AppError("not_found", { message: "There is no such room." });
  return view.room;
}
