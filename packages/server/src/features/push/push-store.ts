/** Every query on notifications: who is to get one, who shows one, and what became of them. */
import type { PushProvider, PushResult } from "@pipit/protocol/models/device";
import { type RawBuilder, sql } from "kysely";
import type { Reader, Writer } from "../../context.ts";
import type { DeviceKey } from "../../ports/audiences/audiences.ts";
import type { PushTarget } from "../../ports/push/push-sender.ts";

/** A device in a room: where a notification is shown. */
export type Place = { room_id: string; user_id: string; device_id: string };

/** A device to be notified, and the message that it is to show. */
export type DueRow = Place & {
  tenant_id: string;
  push_provider: PushProvider;
  push_token: string;
  room_type: string;
  room_name: string | null;
  sequence: number;
  sender_id: string;
  sender_name: string | null;
  message_type: string;
  preview: string;
};

/** Which devices: those of rooms, but for those that a retry waits for, a page of them; or one. */
export type DueFilter = { roomIds: readonly string[]; after: Place | undefined; limit: number } | { place: Place };

const previewCharacters = 100;

/** What a waiting retry of a place is known by. A room's id has no spaces, nor has a device's; so it is unambiguous. */
export function toRetryKey({ room_id, device_id, user_id }: Place): string {
  return `${room_id} ${device_id} ${user_id}`;
}

const isWaiting = sql`exists (select 1 from jobs j where j.kind = 'push.notify' and j.attempts = 0
  and j.key = r.id::text || ' ' || d.device_id || ' ' || m.user_id)`;

const isClearWaiting = sql`exists (select 1 from jobs j where j.kind = 'push.clear' and j.attempts = 0
  and j.key = s.room_id::text || ' ' || s.device_id || ' ' || s.user_id)`;

const columns = sql`x.sequence, x.sender_id, x.message_type, left(x.content, ${sql.lit(previewCharacters)}) as preview`;

const known = sql`greatest(m.read_sequence, m.first_visible - 1, coalesce(s.up_to, 0))`;

const isUnread = sql`x.sequence > ${known}
  and x.sender_id <> m.user_id and x.message_type <> 'system' and x.deleted_at is null
  and not exists (select 1 from hidden_messages h
    where h.room_id = x.room_id and h.user_id = m.user_id and h.sequence = x.sequence)`;

const pierces = sql`(select own.mentions_pierce_mute from users own
  where own.tenant_id = m.tenant_id and own.id = m.user_id)`;

/**
 * The devices that are to be notified as things are now: of members with a message that is unread, visible to them, not
 * their own, and newer than what the device shows already. In a muted room only a message that mentions them counts, if they
 * want that; a request that waits to be accepted notifies of nothing.
 */
export async function findDue(db: Reader, filter: DueFilter, now: Date): Promise<DueRow[]> {
  const isMuted = sql`m.muted_until > ${now}`;
  const { rows } = await sql<DueRow>`
    select r.id as room_id, m.user_id, d.device_id, m.tenant_id, d.push_provider, d.push_token, r.type as room_type,
      r.name as room_name, u.name as sender_name, y.sequence, y.sender_id, y.message_type, y.preview
    from rooms r
    join members m on m.room_id = r.id and m.is_member and not m.is_request and m.read_sequence < r.last_sequence
    join devices d on d.tenant_id = m.tenant_id and d.user_id = m.user_id and d.push_token is not null
    left join push_shown s on s.room_id = r.id and s.user_id = m.user_id and s.device_id = d.device_id
    cross join lateral (
      (select ${columns} from messages x
        where x.room_id = r.id and ${isMuted} is not true and ${isUnread} order by x.sequence desc limit 1)
      union all
      (select ${columns} from (${mentionsOf("m.user_id")} union all ${mentionsOf("'*'")}) c
        join messages x on x.room_id = r.id and x.sequence = c.sequence
        where ${isMuted} and ${pierces} and ${isUnread} order by c.sequence desc limit 1)
    ) y
    left join users u on u.tenant_id = m.tenant_id and u.id = y.sender_id
    where r.closed_at is null and ${toCondition(filter)}
    order by r.id, m.user_id, d.device_id limit ${"place" in filter ? 1 : filter.limit}`.execute(db);
  return rows;
}

// Each is read no further down than what is known already, by the key of the table.
function mentionsOf(user: "m.user_id" | "'*'") {
  return sql`(select c.sequence from mentions c
    where c.room_id = r.id and c.user_id = ${sql.raw(user)} and c.sequence > ${known})`;
}

function toCondition(filter: DueFilter): RawBuilder<unknown> {
  if ("place" in filter) {
    const { room_id, user_id, device_id } = filter.place;
    return sql`r.id = ${room_id} and m.user_id = ${user_id} and d.device_id = ${device_id}`;
  }
  const { after } = filter;
  const later = after
    ? sql`(r.id, m.user_id, d.device_id) > (${after.room_id}::uuid, ${after.user_id}, ${after.device_id})`
    : sql`true`;
  return sql`r.id = any(${filter.roomIds}::uuid[]) and not ${isWaiting} and ${later}`;
}

/**
 * Whether what was decided on still holds, of a notification whose turn has come: the device has that token, its user is
 * in the room and has not read the message or cleared it away, and the message is there.
 */
export async function isStillDue(db: Reader, row: DueRow): Promise<boolean> {
  const { rows } = await sql`
    select 1 from devices d
    join members m on m.room_id = ${row.room_id} and m.user_id = d.user_id
    join messages x on x.room_id = m.room_id and x.sequence = ${row.sequence}
    where d.tenant_id = ${row.tenant_id} and d.user_id = ${row.user_id} and d.device_id = ${row.device_id}
      and d.is_active and d.push_token = ${row.push_token}
      and m.is_member and m.read_sequence < x.sequence and m.first_visible <= x.sequence
      and x.deleted_at is null`.execute(db);
  return rows.length > 0;
}

/** Whether a device still has that token, and shows of the room what it did, not something newer. */
export async function isStillShown(db: Reader, row: ShownRow): Promise<boolean> {
  const { rows } = await sql`
    select 1 from push_shown s
    join devices d on d.tenant_id = s.tenant_id and d.user_id = s.user_id and d.device_id = s.device_id
    where s.room_id = ${row.room_id} and s.user_id = ${row.user_id} and s.device_id = ${row.device_id}
      and s.up_to = ${row.up_to} and d.push_token = ${row.push_token}`.execute(db);
  return rows.length > 0;
}

/** Whether any device at all can be notified. */
export async function hasTargets(db: Reader): Promise<boolean> {
  // In the order of the index with tokens, whose first row answers.
  const { rows } = await sql`
    select 1 from devices where push_token is not null order by tenant_id, user_id limit 1`.execute(db);
  return rows.length > 0;
}

/** A notification that a device shows, and where that device is reached; null if it no longer is. */
export type ShownRow = Place & {
  tenant_id: string;
  up_to: number;
  push_provider: PushProvider | null;
  push_token: string | null;
};

/** Which: of users in rooms, of rooms, or all, but for those that a retry waits for; or of one place. A page of them. */
export type ShownFilter = {
  of:
    | { pairs: readonly { roomId: string; userId: string }[] }
    | { roomIds: readonly string[] }
    | { place: Place }
    | "all";
  after: Place | undefined;
  limit: number;
};

/**
 * What devices show although it has been read, or its message deleted, hidden or cleared away, or the room is no longer the
 * user's; and what is older than `since`.
 */
export async function findStale(db: Reader, filter: ShownFilter, since: Date): Promise<ShownRow[]> {
  const { after } = filter;
  const isRetry = typeof filter.of === "object" && "place" in filter.of;
  const later = after
    ? sql`(s.room_id, s.user_id, s.device_id) > (${after.room_id}::uuid, ${after.user_id}, ${after.device_id})`
    : sql`true`;
  const { rows } = await sql<ShownRow>`
    select s.room_id, s.user_id, s.device_id, s.tenant_id, s.up_to, d.push_provider, d.push_token
    from push_shown s
    left join rooms r on r.id = s.room_id
    left join members m on m.room_id = s.room_id and m.user_id = s.user_id
    left join devices d on d.tenant_id = s.tenant_id and d.user_id = s.user_id and d.device_id = s.device_id
    where ${toOwners(filter.of)} and ${later} and ${isRetry ? sql`true` : sql`not ${isClearWaiting}`} and (
      m.is_member is not true or r.closed_at is not null or m.read_sequence >= s.up_to or m.first_visible > s.up_to
      or s.shown_at < ${since} or d.push_token is null
      or exists (select 1 from messages x
        where x.room_id = s.room_id and x.sequence = s.up_to and x.deleted_at is not null)
      or exists (select 1 from hidden_messages h
        where h.room_id = s.room_id and h.user_id = s.user_id and h.sequence = s.up_to)
    )
    order by s.room_id, s.user_id, s.device_id limit ${filter.limit}`.execute(db);
  return rows;
}

function toOwners(of: ShownFilter["of"]): RawBuilder<unknown> {
  if (of === "all") return sql`true`;
  if ("place" in of) {
    const { room_id, user_id, device_id } = of.place;
    return sql`s.room_id = ${room_id} and s.user_id = ${user_id} and s.device_id = ${device_id}`;
  }
  if ("roomIds" in of) return sql`s.room_id = any(${of.roomIds}::uuid[])`;
  return sql`(s.room_id, s.user_id) in (
    select * from unnest(${of.pairs.map((pair) => pair.roomId)}::uuid[], ${of.pairs.map((pair) => pair.userId)}::text[]))`;
}

/** Of these, those of whom some device shows a notification of that room. */
export async function findShownBy(
  db: Reader,
  reads: readonly { roomId: string; userId: string }[],
): Promise<{ roomId: string; userId: string }[]> {
  const { rows } = await sql<{ roomId: string; userId: string }>`
    select distinct s.room_id as "roomId", s.user_id as "userId" from push_shown s
    where ${toOwners({ pairs: reads })} limit ${reads.length}`.execute(db);
  return rows;
}

export type Shown = Place & { tenant_id: string; up_to: number };

/** Notes what devices show now. */
export async function saveShown(tx: Writer, shown: readonly Shown[], now: Date): Promise<void> {
  if (shown.length === 0) return;
  await sql`
    insert into push_shown (room_id, user_id, device_id, tenant_id, up_to, shown_at)
    select x.*, ${now}::timestamptz from unnest(${shown.map((row) => row.room_id)}::uuid[],
      ${shown.map((row) => row.user_id)}::text[], ${shown.map((row) => row.device_id)}::text[],
      ${shown.map((row) => row.tenant_id)}::text[], ${shown.map((row) => row.up_to)}::bigint[]) x
    order by 1, 2, 3
    on conflict (room_id, user_id, device_id) do update
      set up_to = greatest(push_shown.up_to, excluded.up_to), shown_at = excluded.shown_at`.execute(tx);
}

/** Forgets what devices show, unless it is something newer by now. */
export async function removeShown(tx: Writer, shown: readonly Shown[]): Promise<void> {
  if (shown.length === 0) return;
  await sql`
    delete from push_shown s where (s.room_id, s.user_id, s.device_id, s.up_to) in (
      select * from unnest(${shown.map((row) => row.room_id)}::uuid[], ${shown.map((row) => row.user_id)}::text[],
        ${shown.map((row) => row.device_id)}::text[], ${shown.map((row) => row.up_to)}::bigint[]))`.execute(tx);
}

/** What became of a notification to a device with this token. */
export type Noted = { key: DeviceKey; token: string; result: PushResult["result"]; detail: string | null };

/** Notes what became of notifications; a token that is dead is dropped. A device with another token by now is let be. */
export async function saveResults(db: Reader, noted: readonly Noted[], now: Date): Promise<void> {
  if (noted.length === 0) return;
  // The rows are locked in order: those of one user are noted for several rooms at a time.
  await sql`
    with given as (
      select * from unnest(${noted.map(({ key }) => key.tenantId)}::text[], ${noted.map(({ key }) => key.userId)}::text[],
        ${noted.map(({ key }) => key.deviceId)}::text[], ${noted.map(({ token }) => token)}::text[],
        ${noted.map(({ result }) => result)}::text[], ${noted.map(({ detail }) => detail)}::text[])
        as g (tenant_id, user_id, device_id, token, result, detail)
    ), held as materialized (
      select d.tenant_id, d.user_id, d.device_id from devices d
      where (d.tenant_id, d.user_id, d.device_id) in (select g.tenant_id, g.user_id, g.device_id from given g)
      order by 1, 2, 3 for no key update
    )
    update devices d set last_push_at = ${now}, last_push_result = g.result, last_push_detail = g.detail,
      push_token = case when g.result <> 'dropped' then d.push_token end,
      push_provider = case when g.result <> 'dropped' then d.push_provider end
    from held h join given g using (tenant_id, user_id, device_id)
    where d.tenant_id = h.tenant_id and d.user_id = h.user_id and d.device_id = h.device_id
      and d.push_token = g.token`.execute(db);
}

/** A device of the user, and where it is reached; null if it gave no token. */
export async function findTarget(db: Reader, key: DeviceKey): Promise<{ target: PushTarget | null } | undefined> {
  const row = await db
    .selectFrom("devices")
    .select(["push_provider", "push_token"])
    .where("tenant_id", "=", key.tenantId)
    .where("user_id", "=", key.userId)
    .where("device_id", "=", key.deviceId)
    .executeTakeFirst();
  if (!row) return undefined;
  const { push_provider: provider, push_token: token } = row;
  return { target: provider === null || token === null ? null : { provider, token } };
}
