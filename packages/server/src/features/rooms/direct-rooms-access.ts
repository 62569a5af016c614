/** What other parts may ask of direct rooms: to find and lock them, and to set what follows from settings of the two. */
import { sql } from "kysely";
import { AppError } from "../../app-error.ts";
import type { Reader, Writer } from "../../context.ts";
import type { UserKey } from "../../ports/audiences/audiences.ts";
import { toDirectKey } from "./rooms-store.ts";

/** A direct room was made after the rooms had been locked: its row is to be locked before that of a user. */
export class RoomAppeared extends Error {
  override name = "RoomAppeared";
}

const maxTimes = 5;

/**
 * Does work again that met with a direct room which had just been made.
 * @throws {AppError} `unavailable`
 */
export async function untilNoneAppears<Value>(work: () => Promise<Value>): Promise<Value> {
  for (let time = 1; ; time += 1) {
    try {
      return await work();
    } catch (cause) {
      if (!(cause instanceof RoomAppeared)) throw cause;
      if (time === maxTimes) throw new AppError("unavailable", { retryAfterSeconds: 1, cause });
    }
  }
}

/** The id of the direct room that two users have. */
export async function findDirectRoom(db: Reader, user: UserKey, peerId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom("rooms")
    .select("id")
    .where("tenant_id", "=", user.tenantId)
    .where("direct_key", "=", toDirectKey([user.userId, peerId]))
    .executeTakeFirst();
  return row?.id;
}

/** Locks all direct rooms of a user, in the order of their ids, until the transaction ends. */
export async function lockDirectRooms(tx: Writer, user: UserKey): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    ${directRoomsOf(user)} order by r.id for no key update of r`.execute(tx);
  return rows.map((row) => row.id);
}

/** @throws {RoomAppeared} if the user has a direct room that is none of these */
export async function requireDirectRooms(tx: Writer, user: UserKey, roomIds: readonly string[]): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    ${directRoomsOf(user)} and r.id <> all(${roomIds}::uuid[]) limit 1`.execute(tx);
  if (rows.length > 0) throw new RoomAppeared();
}

function directRoomsOf({ tenantId, userId }: UserKey) {
  return sql`select r.id from members m join rooms r on r.id = m.room_id and r.direct_key is not null
    where m.tenant_id = ${tenantId} and m.user_id = ${userId}`;
}

/**
 * Notes in a locked direct room that a user blocks the other, or no longer does.
 * @returns whether one of the two blocks the other then
 */
export async function saveBlock(tx: Writer, roomId: string, userId: string, isBlocked: boolean): Promise<boolean> {
  const { rows } = await sql<{ blocks_peer: boolean; blocked_by_peer: boolean }>`
    update members set
      blocks_peer = case when user_id = ${userId} then ${isBlocked} else blocks_peer end,
      blocked_by_peer = case when user_id = ${userId} then blocked_by_peer else ${isBlocked} end
    where room_id = ${roomId} returning blocks_peer, blocked_by_peer`.execute(tx);
  return rows.some((row) => row.blocks_peer || row.blocked_by_peer);
}

/**
 * Sets anew, in locked direct rooms, whether their members let each other know what they read: if both have receipts on,
 * and in a request not the one who has yet to accept it. What they have read by now is not told by it.
 */
export async function settleSharedReads(tx: Writer, roomIds: readonly string[]): Promise<void> {
  await sql`
    update members m set shares_reads = d.shares
    from (
      select m.room_id, m.user_id,
        bool_and(u.privacy_read_receipts) over (partition by m.room_id) and not m.is_request as shares
      from members m join users u on u.tenant_id = m.tenant_id and u.id = m.user_id
      where m.room_id = any(${roomIds}::uuid[])
    ) d where m.room_id = d.room_id and m.user_id = d.user_id and m.shares_reads <> d.shares`.execute(tx);
}
