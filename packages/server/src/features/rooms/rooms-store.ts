/** The queries that read rooms as their members see them. */
import type { Message } from "@pipit/protocol/models/message";
import type { MemberRole, Room, SharedRoom } from "@pipit/protocol/models/room";
import type { User } from "@pipit/protocol/models/user";
import { type RawBuilder, type Selectable, sql } from "kysely";
import type { Actor, Reader, Source, Writer } from "../../context.ts";
import type { Database } from "../../db/schema.ts";
import { type PreferencesRow, preferenceNames, toPreferenceFields } from "../account/preferences-access.ts";
import { findMessagesAt } from "../messages/messages-access.ts";
import { withoutWithheld } from "../messages/withheld-access.ts";
import { findUsers } from "../users/users-access.ts";

const columns = [
  "id",
  "type",
  "name",
  "description",
  "avatar_url",
  "created_by",
  "direct_key",
  "who_can_send",
  "who_can_edit_info",
  "who_can_add",
  "history_visible_to_new_members",
  "slow_mode_seconds",
  "disappearing_seconds",
  "pinned",
  "member_count",
  "last_sequence",
  "last_change",
  "room_change",
  "active_at",
  "created_at",
  "updated_at",
] as const;

export type RoomRow = Pick<Selectable<Database["rooms"]>, (typeof columns)[number]>;

/** A room, and the place that one member has in it. */
export type MembershipRow = RoomRow & {
  role: MemberRole;
  joined_change: number;
  first_visible: number;
  read_sequence: number;
  delivered_sequence: number;
  /** Of a direct room: the other blocks the member. */
  blocked_by_peer: boolean;
};

type ViewRow = MembershipRow &
  Omit<PreferencesRow, "account_change"> & {
    preferences_change: number;
    unread_count: number;
    mention_count: number;
    last_visible: number | null;
  };

/** A room as its member sees it, and when its newest message came. */
export type RoomView = { room: Room; activeAt: Date };

const roomColumns = sql.raw(columns.map((column) => `r.${column}`).join(", "));

const membershipColumns = sql.raw(
  "m.role, m.joined_change, m.first_visible, m.read_sequence, m.blocked_by_peer, " +
    // Who blocks the other does not let them know any more what came to them (B3); to oneself, what was read has come.
    "greatest(m.delivered_sequence, m.read_sequence) as delivered_sequence",
);
const preferenceColumns = sql.raw(preferenceNames.map((column) => `m.${column}`).join(", "));

// G7: derived from the watermark. A room counts its messages as they come (system messages apart), so what lies above the
// watermark is a difference of two counts, whatever the length of the history, less what was deleted or hidden since.
// Nothing of one's own lies above the watermark (G6), and nothing that counts below where retention has come: its
// tombstones are not counted one by one; nor what the member has cleared away.
const countedFrom = sql`greatest(m.read_sequence, r.retained_sequence, m.first_visible - 1)`;
const unreadCount = sql<number>`
  r.last_countable
  - coalesce((select x.countable from messages x where x.room_id = m.room_id and x.sequence = ${countedFrom}), 0)
  - (select count(*) from messages x where x.room_id = m.room_id and x.sequence > ${countedFrom}
      and x.deleted_at is not null and x.message_type <> 'system')
  - (select count(*) from hidden_messages h join messages x on x.room_id = h.room_id and x.sequence = h.sequence
      where h.room_id = m.room_id and h.user_id = m.user_id and h.sequence > ${countedFrom}
      and x.deleted_at is null and x.message_type <> 'system')`;

const mentionCount = sql<number>`
  (select count(*) from mentions c where c.room_id = m.room_id and c.user_id in (m.user_id, '*')
    and c.sequence > ${countedFrom} and not exists (select 1 from hidden_messages h
      where h.room_id = c.room_id and h.user_id = m.user_id and h.sequence = c.sequence))`;

const lastVisible = sql<number | null>`
  (select x.sequence from messages x where x.room_id = m.room_id and x.sequence >= m.first_visible
    and not exists (select 1 from hidden_messages h
      where h.room_id = x.room_id and h.user_id = m.user_id and h.sequence = x.sequence)
    order by x.sequence desc limit 1)`;

const membershipsOf = (actor: Actor) => sql`
  members m join rooms r on r.id = m.room_id
  where m.tenant_id = ${actor.tenantId} and m.user_id = ${actor.userId} and m.is_member and r.closed_at is null`;

/** The room and the caller's place in it, or undefined for a room that is not theirs. */
export async function findMembership(db: Reader, actor: Actor, roomId: string): Promise<MembershipRow | undefined> {
  const { rows } = await sql<MembershipRow>`
    select ${roomColumns}, ${membershipColumns} from ${membershipsOf(actor)} and m.room_id = ${roomId}`.execute(db);
  return rows[0];
}

/** The room, whoever asks, closed ones too. */
export function findRoom(db: Reader, roomId: string): Promise<RoomRow | undefined> {
  return db.selectFrom("rooms").select(columns).where("id", "=", roomId).executeTakeFirst();
}

/** Which rooms: one; those less active than a place in the list; or those that moved, by id after one. */
export type RoomFilter =
  | { roomId: string }
  | { before: { at: string; id: string } | undefined; limit: number }
  | { movedSince: string; after: string | undefined; limit: number };

/** The caller's rooms that a filter asks for, as they see them: the most active first, or by id if it is about moves. */
export async function findRoomViews(source: Source, actor: Actor, filter: RoomFilter): Promise<RoomView[]> {
  const { db } = source;
  const { rows } = await sql<ViewRow>`
    select ${roomColumns}, ${membershipColumns}, ${preferenceColumns}, m.preferences_change,
      ${unreadCount} as unread_count, ${mentionCount} as mention_count, ${lastVisible} as last_visible
    from ${membershipsOf(actor)} and ${toCondition(filter)}
    order by ${"movedSince" in filter ? sql`r.id` : sql`r.active_at desc, r.id desc`}
    limit ${"roomId" in filter ? 1 : filter.limit}`.execute(db);
  const lastMessages = await findLastMessages(source, actor, rows);
  const pins = await withoutWithheld(
    db,
    actor.userId,
    rows.flatMap((row) => (row.direct_key === null ? [] : row.pinned)),
  );
  const peers = await findPeers(db, actor, rows);
  return rows.map((row) => ({
    room: toRoom(
      row.direct_key === null ? row : { ...row, pinned: row.pinned.filter((pin) => pins.includes(pin)) },
      lastMessages.get(row.id) ?? null,
      peers.get(peerIdOf(row, actor) ?? "") ?? null,
    ),
    activeAt: row.active_at,
  }));
}

function toCondition(filter: RoomFilter): RawBuilder<unknown> {
  if ("roomId" in filter) return sql`m.room_id = ${filter.roomId}`;
  if (!("movedSince" in filter)) {
    const { before } = filter;
    return before ? sql`(r.active_at, r.id) < (${before.at}::timestamptz, ${before.id}::uuid)` : sql`true`;
  }
  const since = filter.movedSince;
  const moved = sql`(r.moved_xid >= ${since}::xid8 or m.membership_xid >= ${since}::xid8)`;
  return filter.after === undefined ? moved : sql`${moved} and r.id > ${filter.after}::uuid`;
}

export type UnreadRow = { room_id: string; unread_count: number; mention_count: number };

/** More rooms than this a user has in no list that is made at once; the least active ones are left out. */
const maxRooms = 20_000;

/** Unread counts of the caller's rooms, or of one. */
export async function findUnread(db: Reader, actor: Actor, roomId: string | undefined): Promise<UnreadRow[]> {
  const only = roomId === undefined ? sql`true` : sql`m.room_id = ${roomId}`;
  const { rows } = await sql<UnreadRow>`
    select r.id as room_id, ${unreadCount} as unread_count, ${mentionCount} as mention_count
    from ${membershipsOf(actor)} and ${only} order by r.active_at desc, r.id limit ${maxRooms}`.execute(db);
  return rows;
}

/** How much users have unread in all their rooms, by user and tenant. */
export async function findTotalUnread(
  db: Reader,
  users: readonly { tenant_id: string; user_id: string }[],
): Promise<Map<string, Map<string, number>>> {
  const totals = new Map<string, Map<string, number>>();
  if (users.length === 0) return totals;
  // A room that is read to its end is known to have nothing unread, without counting.
  const { rows } = await sql<{ tenant_id: string; user_id: string; total: number }>`
    select m.tenant_id, m.user_id, sum(${unreadCount})::bigint as total
    from members m join rooms r on r.id = m.room_id
    where (m.tenant_id, m.user_id) in (select * from unnest(
        ${users.map((user) => user.tenant_id)}::text[], ${users.map((user) => user.user_id)}::text[]))
      and m.is_member and r.closed_at is null and m.read_sequence < r.last_sequence
    group by m.tenant_id, m.user_id`.execute(db);
  for (const { tenant_id, user_id, total } of rows) {
    totals.set(user_id, (totals.get(user_id) ?? new Map<string, number>()).set(tenant_id, total));
  }
  return totals;
}

/** The rooms that a user is a member of, and whether one of a direct room's two blocks the other. */
export async function findRoomPlaces(db: Reader, actor: Actor): Promise<{ id: string; is_silent: boolean }[]> {
  const { rows } = await sql<{ id: string; is_silent: boolean }>`
    select r.id, m.blocks_peer or m.blocked_by_peer as is_silent from ${membershipsOf(actor)}
    order by r.active_at desc limit ${maxRooms}`.execute(db);
  return rows;
}

/** Locks a room until the transaction ends, if there is one. */
export async function lockRoom(tx: Writer, roomId: string): Promise<void> {
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

export type RoomChanges = Partial<
  Pick<
    RoomRow,
    | "name"
    | "description"
    | "avatar_url"
    | "who_can_send"
    | "who_can_edit_info"
    | "who_can_add"
    | "history_visible_to_new_members"
    | "slow_mode_seconds"
    | "disappearing_seconds"
  >
> & { closed_at?: Date; pinned?: string; avatar_upload_id?: string | null };

/** Sets what is given of a locked room. */
export async function saveRoom(
  tx: Writer,
  roomId: string,
  changes: RoomChanges,
  saved: { change: number; at: Date },
): Promise<void> {
  await tx
    .updateTable("rooms")
    .set({ ...changes, room_change: saved.change, updated_at: saved.at })
    .where("id", "=", roomId)
    .execute();
}

/** What all members share of a room. */
export function toSharedRoom(row: RoomRow): SharedRoom {
  return {
    id: row.id,
    type: row.type,
    name: row.name,
    description: row.description,
    avatar_url: row.avatar_url,
    created_by: row.created_by,
    member_count: row.member_count,
    last_sequence: row.last_sequence,
    last_change: row.last_change,
    settings: {
      who_can_send: row.who_can_send,
      who_can_edit_info: row.who_can_edit_info,
      who_can_add: row.who_can_add,
      history_visible_to_new_members: row.history_visible_to_new_members,
      slow_mode_seconds: row.slow_mode_seconds,
      disappearing_seconds: row.disappearing_seconds,
    },
    pinned_messages: row.pinned,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

function toRoom(row: ViewRow, lastMessage: Message | null, peer: User | null): Room {
  return {
    ...toSharedRoom(row),
    last_message: lastMessage,
    role: row.role,
    unread_count: row.unread_count,
    mention_count: row.mention_count,
    read_sequence: row.read_sequence,
    delivered_sequence: row.delivered_sequence,
    ...toPreferenceFields(row),
    preferences_change: row.preferences_change,
    peer,
  };
}

async function findLastMessages(source: Source, actor: Actor, rows: readonly ViewRow[]): Promise<Map<string, Message>> {
  const places = rows.flatMap((row) =>
    row.last_visible === null ? [] : [{ roomId: row.id, sequence: row.last_visible }],
  );
  const messages = await findMessagesAt(source, actor, places);
  return new Map(messages.map((message) => [message.room_id, message]));
}

async function findPeers(db: Reader, actor: Actor, rows: readonly ViewRow[]): Promise<Map<string, User>> {
  const ids = rows.flatMap((row) => peerIdOf(row, actor) ?? []);
  const users = await findUsers(db, actor.tenantId, ids);
  return new Map(users.map((user) => [user.id, user]));
}

/** What a direct room is found by: its two users. */
export function toDirectKey(userIds: readonly [string, string]): string {
  return JSON.stringify([...userIds].sort());
}

/** The two users of a direct room. */
export function fromDirectKey(key: string): string[] {
  return JSON.parse(key);
}

// In a room with oneself, the other user is oneself.
function peerIdOf(row: RoomRow, actor: Actor): string | undefined {
  if (row.direct_key === null) return undefined;
  const [first, second] = fromDirectKey(row.direct_key);
  return first === actor.userId ? second : first;
}
