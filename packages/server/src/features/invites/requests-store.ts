/** Every query on requests to join rooms. */
import { sql } from "kysely";
import type { Actor, Reader, Writer } from "../../context.ts";

export type RequestRow = { room_id: string; user_id: string; name: string; requested_at: Date };

/** Notes that the caller asks to join a locked room. @returns false if they have asked before, and it stands */
export async function insertRequest(
  tx: Writer,
  actor: Actor,
  request: { roomId: string; code: string; at: Date },
): Promise<boolean> {
  const { rows } = await sql`
    insert into join_requests (room_id, user_id, tenant_id, invite_code, requested_at)
    values (${request.roomId}, ${actor.userId}, ${actor.tenantId}, ${request.code}, ${request.at})
    on conflict do nothing returning 1`.execute(tx);
  return rows.length > 0;
}

/** How many requests of a room wait for a decision. */
export async function countRequests(db: Reader, roomId: string): Promise<number> {
  const { rows } = await sql<{ waiting: number }>`
    select count(*)::bigint as waiting from join_requests where room_id = ${roomId}`.execute(db);
  return rows[0]?.waiting ?? 0;
}

/**
 * Ends a request to join a room that is not closed. Whoever ends it is the only one: to let in and to withdraw at once
 * come to one of the two.
 * @returns the link that it came by, or undefined if there is no such request
 */
export async function takeRequest(
  db: Reader,
  user: { tenantId: string; userId: string },
  roomId: string,
): Promise<string | undefined> {
  const { rows } = await sql<{ invite_code: string }>`
    delete from join_requests q using rooms r
    where q.room_id = ${roomId} and q.user_id = ${user.userId} and q.tenant_id = ${user.tenantId}
      and r.id = q.room_id and r.closed_at is null
    returning q.invite_code`.execute(db);
  return rows[0]?.invite_code;
}

/** Who asks to join a room, the oldest request first. @param after the last of the page before */
export async function findRequests(
  db: Reader,
  roomId: string,
  after: { at: string; user: string } | undefined,
  limit: number,
): Promise<RequestRow[]> {
  const later = after ? sql`(q.requested_at, q.user_id) > (${after.at}::timestamptz, ${after.user})` : sql`true`;
  const { rows } = await sql<RequestRow>`
    select q.room_id, q.user_id, u.name, q.requested_at
    from join_requests q join users u on u.tenant_id = q.tenant_id and u.id = q.user_id
    where q.room_id = ${roomId} and ${later}
    order by q.requested_at, q.user_id limit ${limit}`.execute(db);
  return rows;
}
