/** Every query on who is in a room. */
import type { Member, MemberRole } from "@pipit/protocol/models/room";
import { sql } from "kysely";
import type { Reader, Writer } from "../../context.ts";
import { retellPrivateRows } from "../account/retell-access.ts";
import { beginPeriods, endPeriod, forgetDepartures, type MembershipEnd } from "./membership-periods-access.ts";

type MemberRow = {
  room_id: string;
  user_id: string;
  name: string;
  avatar_url: string | null;
  role: MemberRole;
  joined_at: Date;
  is_member: boolean;
  change: number;
};

const selectMembers = sql`
  select m.room_id, m.user_id, u.name, u.avatar_url, m.role, m.joined_at, m.is_member, m.change
  from members m join users u on u.tenant_id = m.tenant_id and u.id = m.user_id`;

/** The present members whose ids follow `after`, by id. */
export async function findMembers(db: Reader, roomId: string, after: string, limit: number): Promise<Member[]> {
  const { rows } = await sql<MemberRow>`
    ${selectMembers} where m.room_id = ${roomId} and m.is_member and m.user_id > ${after}
    order by m.user_id limit ${limit}`.execute(db);
  return rows.map(toMember);
}

/** A user's place in a room, present or past. */
export async function findMember(db: Reader, roomId: string, userId: string): Promise<Member | undefined> {
  const { rows } = await sql<MemberRow>`
    ${selectMembers} where m.room_id = ${roomId} and m.user_id = ${userId}`.execute(db);
  return rows[0] && toMember(rows[0]);
}

/** The same for one who must be there, because this transaction made or checked it. */
export async function requireMember(tx: Writer, roomId: string, userId: string): Promise<Member> {
  const member = await findMember(tx, roomId, userId);
  if (!member) throw new Error(`${userId} has no place in room ${roomId}`);
  return member;
}

/** Members, present and past, whose place changed after `change`, least changed first. */
export async function findChangedMembers(db: Reader, roomId: string, change: number, limit: number): Promise<Member[]> {
  const { rows } = await sql<MemberRow>`
    ${selectMembers} where m.room_id = ${roomId} and m.change > ${change} order by m.change limit ${limit}`.execute(db);
  return rows.map(toMember);
}

/** Makes a user a member, for the first time or again: all that is there by then counts as read. */
export async function insertMember(
  tx: Writer,
  member: { roomId: string; userId: string; tenantId: string; at: Date; change: number },
): Promise<void> {
  await sql`
    insert into members (room_id, user_id, tenant_id, role, is_member, joined_at, joined_change, change, first_visible,
      delivered_sequence, read_sequence, shared_read_sequence, receipt_change)
    select r.id, ${member.userId}, ${member.tenantId}, 'member', true, ${member.at}, ${member.change}, ${member.change},
      case when r.history_visible_to_new_members then 1 else r.last_sequence + 1 end,
      r.last_sequence, r.last_sequence, r.last_sequence, ${member.change}
    from rooms r where r.id = ${member.roomId}
    on conflict (room_id, user_id) do update set role = 'member', is_member = true, joined_at = excluded.joined_at,
      joined_change = excluded.joined_change, change = excluded.change,
      first_visible = greatest(excluded.first_visible, members.cleared_sequence + 1),
      membership_xid = pg_current_xact_id(), receipt_change = excluded.receipt_change,
      delivered_sequence = excluded.delivered_sequence, read_sequence = excluded.read_sequence,
      shared_read_sequence = excluded.shared_read_sequence`.execute(tx);
  await forgetDepartures(tx, member.roomId, member.userId);
  await beginPeriods(tx, member.roomId, [member.userId]);
  await retellPrivateRows(tx, member, member.roomId);
  await countMembers(tx, member.roomId, 1);
}

export async function endMembership(tx: Writer, roomId: string, userId: string, end: MembershipEnd): Promise<void> {
  await tx
    .updateTable("members")
    .set({
      is_member: false,
      role: "member",
      change: end.change,
      membership_xid: sql<string>`pg_current_xact_id()`,
    })
    .where("room_id", "=", roomId)
    .where("user_id", "=", userId)
    .execute();
  await endPeriod(tx, roomId, userId, end);
  await countMembers(tx, roomId, -1);
}

export async function updateRole(
  tx: Writer,
  roomId: string,
  userId: string,
  role: MemberRole,
  change: number,
): Promise<void> {
  await tx
    .updateTable("members")
    .set({ role, change })
    .where("room_id", "=", roomId)
    .where("user_id", "=", userId)
    .execute();
}

/** Who takes over from an owner who leaves: the longest-standing admin, else member. */
export async function findSuccessor(tx: Writer, roomId: string, leavingId: string): Promise<string | undefined> {
  const row = await tx
    .selectFrom("members")
    .select("user_id")
    .where("room_id", "=", roomId)
    .where("is_member", "=", true)
    .where("user_id", "<>", leavingId)
    .orderBy(sql`role = 'admin'`, "desc")
    .orderBy("joined_change")
    .orderBy("user_id")
    .limit(1)
    .executeTakeFirst();
  return row?.user_id;
}

/** Who governs a room: its admins and its owner. */
export async function findGovernors(db: Reader, roomId: string): Promise<string[]> {
  const rows = await db
    .selectFrom("members")
    .select("user_id")
    .where("room_id", "=", roomId)
    .where("is_member", "=", true)
    .where("role", "<>", "member")
    .execute();
  return rows.map((row) => row.user_id);
}

async function countMembers(tx: Writer, roomId: string, by: 1 | -1): Promise<void> {
  await tx
    .updateTable("rooms")
    .set((eb) => ({ member_count: eb("member_count", "+", by) }))
    .where("id", "=", roomId)
    .execute();
}

function toMember(row: MemberRow): Member {
  return { ...row, joined_at: row.joined_at.toISOString() };
}
