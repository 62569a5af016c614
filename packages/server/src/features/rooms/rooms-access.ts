/** What other parts may ask of rooms: the room that was checked, and leave to change it. */
import type { Room } from "@pipit/protocol/models/room";
import { AppError } from "../../app-error.ts";
import type { Actor, Context, Reader, Source, Writer } from "../../context.ts";
import { takeTurn } from "../../db/take-turns.ts";
import { type Announce, transact } from "../../db/transact.ts";
import { parseRoomId } from "./room-id.ts";
import { findMembership, findRoomViews, lockRoom, type MembershipRow } from "./rooms-store.ts";

export { isRoomId, parseRoomId } from "./room-id.ts";
export type { MembershipRow, RoomRow } from "./rooms-store.ts";
export {
  findMembership,
  findRoom,
  findRoomPlaces,
  findRoomViews,
  findTotalUnread,
  findUnread,
  fromDirectKey,
  lockRoom,
  nextChange,
  saveRoom,
  toSharedRoom,
} from "./rooms-store.ts";

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

/** The room as the caller sees it. @throws {AppError} `not_found` */
export function viewRoom(ctx: Context, roomId: string): Promise<Room> {
  return viewRoomOf(ctx, ctx.actor, parseRoomId(roomId));
}

/** The room as a member sees it. @throws {AppError} `not_found` */
export async function viewRoomOf(source: Source, actor: Actor, roomId: string): Promise<Room> {
  const [view] = await findRoomViews(source, actor, { roomId });
  if (!view) throw new AppError("not_found", { message: "There is no such room." });
  return view.room;
}

/**
 * Runs a transaction that changes a room, in its turn. Outsiders are turned away before they can stand in line, and
 * `work` begins with `accessRoomForWrite`, which decides (G8).
 * @throws {AppError} `not_found`
 */
export async function changeRoom<Value>(
  ctx: Context,
  roomId: string,
  work: (tx: Writer, announce: Announce) => Promise<Value>,
): Promise<Value> {
  const room = await accessRoom(ctx, roomId);
  return takeTurn(room.id, () => transact(ctx, work));
}
