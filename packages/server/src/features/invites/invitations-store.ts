/** Every query on invitations. */
import { type Selectable, sql } from "kysely";
import type { Actor, Reader, Writer } from "../../context.ts";
import type { Database } from "../../db/schema.ts";

export type InvitationRow = Selectable<Database["invitations"]>;

/** An invitation as the one who is invited sees it. */
export type ShownInvitation = InvitationRow & { room_name: string | null; avatar_url: string | null };

const columns = ["room_id", "user_id", "tenant_id", "invited_by", "invited_at", "is_withheld"] as const;

/**
 * Invites users to a locked room. One who has blocked the caller is invited as others are, and never shown it; who is
 * invited later by another is shown that one.
 * @returns those that are new
 */
export async function insertInvitations(
  tx: Writer,
  actor: Actor,
  roomId: string,
  userIds: readonly string[],
  at: Date,
): Promise<InvitationRow[]> {
  const { rows } = await sql<InvitationRow>`
    insert into invitations (room_id, user_id, tenant_id, invited_by, invited_at, is_withheld)
    select ${roomId}, x.user_id, ${actor.tenantId}, ${actor.userId}, ${at}, exists (select 1 from blocks b
      where b.tenant_id = ${actor.tenantId} and b.user_id = x.user_id and b.blocked_id = ${actor.userId})
    from unnest(${userIds}::text[]) as x (user_id)
    on conflict (room_id, user_id) do update
      set invited_by = excluded.invited_by, invited_at = excluded.invited_at, is_withheld = false
      where invitations.is_withheld and not excluded.is_withheld
    returning ${sql.raw(columns.map((column) => `invitations.${column}`).join(", "))}`.execute(tx);
  return rows;
}

/** An invitation of a room's, shown or not. */
export async function findInvitation(db: Reader, roomId: string, userId: string): Promise<InvitationRow | undefined> {
  return db
    .selectFrom("invitations")
    .select(columns)
    .where("room_id", "=", roomId)
    .where("user_id", "=", userId)
    .executeTakeFirst();
}

/** How many invitations of a room wait for an answer. */
export async function countInvitations(db: Reader, roomId: string): Promise<number> {
  const { rows } = await sql<{ waiting: number }>`
    select count(*)::bigint as waiting from invitations where room_id = ${roomId}`.execute(db);
  return rows[0]?.waiting ?? 0;
}

/** Ends the caller's invitation to a room that is not closed. @returns whether there was one that they were shown */
export async function takeInvitation(db: Reader, actor: Actor, roomId: string): Promise<boolean> {
  const { rows } = await sql`
    delete from invitations i using rooms r
    where i.room_id = ${roomId} and i.user_id = ${actor.userId} and i.tenant_id = ${actor.tenantId}
      and not i.is_withheld and r.id = i.room_id and r.closed_at is null
    returning 1`.execute(db);
  return rows.length > 0;
}

/** What waits for the caller, the newest first. @param before the last of the page before */
export async function findOwnInvitations(
  db: Reader,
  actor: Actor,
  before: { at: string; id: string } | undefined,
  limit: number,
): Promise<ShownInvitation[]> {
  const older = before ? sql`(i.invited_at, i.room_id) < (${before.at}::timestamptz, ${before.id}::uuid)` : sql`true`;
  const { rows } = await sql<ShownInvitation>`
    select ${sql.raw(columns.map((column) => `i.${column}`).join(", "))}, r.name as room_name, r.avatar_url
    from invitations i join rooms r on r.id = i.room_id and r.closed_at is null
    where i.tenant_id = ${actor.tenantId} and i.user_id = ${actor.userId} and not i.is_withheld and ${older}
    order by i.invited_at desc, i.room_id desc limit ${limit}`.execute(db);
  return rows;
}
