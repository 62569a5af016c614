/** Every query on who may know what of whom, and on when users were last seen. */
import type { Visibility } from "@pipit/protocol/models/presence";
import { sql } from "kysely";
import type { Reader } from "../../context.ts";
import type { UserKey } from "../../ports/audiences/audiences.ts";
import type { Look } from "./privacy-rule.ts";

/** Users of one tenant: one who looks, and another who is looked at. */
export type Pair = { tenantId: string; viewerId: string; userId: string };

type LookRow = {
  tenant_id: string;
  viewer_id: string;
  user_id: string;
  is_blocked: boolean;
  shares: boolean;
  own_last_seen: Visibility;
  own_online: Visibility;
  privacy_last_seen: Visibility;
  privacy_online: Visibility;
  privacy_status_message: Visibility;
  last_seen_at: Date | null;
  noted_online_at: Date | null;
  status_message: string | null;
};

export type FoundLook = Pair & { look: Omit<Look, "isOnline"> };

/**
 * What decides what each may know of the other, but for who is online: one query, whatever the number of pairs. Pairs with
 * a user who is not there are left out. Rooms are compared only where a setting speaks of them.
 */
export async function findLooks(db: Reader, pairs: readonly Pair[]): Promise<FoundLook[]> {
  if (pairs.length === 0) return [];
  const { rows } = await sql<LookRow>`
    select p.tenant_id, p.viewer_id, p.user_id, v.privacy_last_seen as own_last_seen, v.privacy_online as own_online,
      u.privacy_last_seen, u.privacy_online, u.privacy_status_message, u.last_seen_at, u.noted_online_at, u.status_message,
      case when 'shared_rooms' in (v.privacy_last_seen, v.privacy_online, u.privacy_last_seen, u.privacy_online,
          u.privacy_status_message)
        then exists (
          select 1 from members a
          join members b on b.room_id = a.room_id and b.user_id = p.viewer_id and b.is_member
          join rooms r on r.id = a.room_id and r.closed_at is null
          where a.tenant_id = p.tenant_id and a.user_id = p.user_id and a.is_member)
        else false end as shares,
      exists (select 1 from blocks b where b.tenant_id = p.tenant_id
        and (b.user_id, b.blocked_id) in ((p.viewer_id, p.user_id), (p.user_id, p.viewer_id))) as is_blocked
    from unnest(${pairs.map((pair) => pair.tenantId)}::text[], ${pairs.map((pair) => pair.viewerId)}::text[],
      ${pairs.map((pair) => pair.userId)}::text[]) as p (tenant_id, viewer_id, user_id)
    join users v on v.tenant_id = p.tenant_id and v.id = p.viewer_id
    join users u on u.tenant_id = p.tenant_id and u.id = p.user_id`.execute(db);
  return rows.map((row) => ({
    tenantId: row.tenant_id,
    viewerId: row.viewer_id,
    userId: row.user_id,
    look: toLook(row),
  }));
}

function toLook(row: LookRow): FoundLook["look"] {
  return {
    isSelf: row.viewer_id === row.user_id,
    isBlocked: row.is_blocked,
    shares: row.shares,
    own: { last_seen: row.own_last_seen, online: row.own_online },
    theirs: {
      last_seen: row.privacy_last_seen,
      online: row.privacy_online,
      status_message: row.privacy_status_message,
    },
    lastSeenAt: row.last_seen_at,
    notedOnlineAt: row.noted_online_at,
    statusMessage: row.status_message,
  };
}

export type Seen = { user: UserKey; at: Date };

/** Writes when users went. It only rises: a late word of an earlier going changes nothing. */
export async function saveLastSeen(db: Reader, seen: readonly Seen[]): Promise<void> {
  if (seen.length === 0) return;
  // Locked in the order of their keys, so that two nodes that write of the same users do not wait for each other.
  await sql`
    with seen as (${toRows(seen)}),
    locked as (
      select u.tenant_id, u.id from users u join seen s on s.tenant_id = u.tenant_id and s.id = u.id
      where u.last_seen_at is null or u.last_seen_at < s.at
      order by u.tenant_id, u.id for no key update of u)
    update users u set last_seen_at = greatest(u.last_seen_at, s.at)
    from locked l join seen s on s.tenant_id = l.tenant_id and s.id = l.id
    where u.tenant_id = l.tenant_id and u.id = l.id`.execute(db);
}

/** Notes that users are there, for when nobody will be left to write that they went. Who is being written is left out. */
export async function noteOnline(db: Reader, seen: readonly Seen[]): Promise<void> {
  if (seen.length === 0) return;
  await sql`
    with seen as (${toRows(seen)}),
    free as (
      select u.tenant_id, u.id from users u join seen s on s.tenant_id = u.tenant_id and s.id = u.id
      order by u.tenant_id, u.id for no key update of u skip locked)
    update users u set noted_online_at = greatest(u.noted_online_at, s.at)
    from free f join seen s on s.tenant_id = f.tenant_id and s.id = f.id
    where u.tenant_id = f.tenant_id and u.id = f.id`.execute(db);
}

/**
 * Makes what was noted of users the time that they were last seen at, where their going was never written: of users who
 * have come back, what is told must not fall to an older time. Writes nothing for others.
 */
export async function settleLastSeen(db: Reader, users: readonly UserKey[]): Promise<void> {
  if (users.length === 0) return;
  await sql`
    with back as (
      select u.tenant_id, u.id from users u
      join unnest(${users.map((user) => user.tenantId)}::text[], ${users.map((user) => user.userId)}::text[])
        as b (tenant_id, id) on b.tenant_id = u.tenant_id and b.id = u.id
      where u.noted_online_at > coalesce(u.last_seen_at, '-infinity')
      order by u.tenant_id, u.id for no key update of u)
    update users u set last_seen_at = u.noted_online_at
    from back b where u.tenant_id = b.tenant_id and u.id = b.id`.execute(db);
}

function toRows(seen: readonly Seen[]) {
  return sql`select * from unnest(${seen.map(({ user }) => user.tenantId)}::text[],
    ${seen.map(({ user }) => user.userId)}::text[], ${seen.map(({ at }) => at)}::timestamptz[]) as s (tenant_id, id, at)`;
}
