/** Whom a user may add to rooms: it is for those who are added to say. */
import { sql } from "kysely";
import { AppError } from "../../app-error.ts";
import type { Actor, Reader } from "../../context.ts";

/**
 * Those of the users whom the caller may not add: their setting does not let them, or they have blocked the caller. Which
 * of the two it is, nobody learns. A room that was closed is not shared, nor a direct one in which they have said nothing: anybody can begin one.
 * @param roomId the room in question, which does not count as shared
 */
export async function findUnaddable(
  db: Reader,
  actor: Actor,
  userIds: readonly string[],
  roomId: string | null,
): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select u.id from users u
    where u.tenant_id = ${actor.tenantId} and u.id = any(${userIds}::text[]) and (
      exists (select 1 from blocks b
        where b.tenant_id = u.tenant_id and b.user_id = u.id and b.blocked_id = ${actor.userId})
      or u.privacy_groups = 'nobody'
      or u.privacy_groups = 'shared_rooms' and not exists (
        select 1 from members a
        join members b on b.room_id = a.room_id and b.user_id = ${actor.userId} and b.is_member
        join rooms r on r.id = a.room_id and r.closed_at is null
        where a.tenant_id = u.tenant_id and a.user_id = u.id and a.is_member and not a.is_request
          and (r.type <> 'direct' or a.last_sent_at is not null)
          and a.room_id is distinct from ${roomId}::uuid))`.execute(db);
  return new Set(rows.map((row) => row.id));
}

/** @throws {AppError} `forbidden`, the same for every reason */
export async function requireAddable(db: Reader, actor: Actor, userId: string, roomId: string): Promise<void> {
  const unaddable = await findUnaddable(db, actor, [userId], roomId);
  if (!unaddable.has(userId)) return;
  const message = "Their settings do not let you add them to rooms. Invite them instead.";
  throw new AppError("forbidden", { message, details: { reason: "privacy" } });
}
