/** The queries that make rooms and their first members. */
import type { MemberRole, RoomSettings, RoomType } from "@pipit/protocol/models/room";
import { sql } from "kysely";
import type { Writer } from "../../context.ts";
import { beginPeriods } from "../members/membership-periods-access.ts";

export type NewRoom = {
  id: string;
  tenantId: string;
  type: RoomType;
  name: string | null;
  description: string | null;
  avatarUrl: string | null;
  avatarUploadId?: string | null;
  createdBy: string;
  directKey: string | null;
  settings: RoomSettings;
  at: Date;
};

export type NewMember = { userId: string; role: MemberRole };

/** The change that a room is made with; its first members and info carry it. */
export const firstChange = 1;

/**
 * Inserts the room.
 * @returns undefined when it was inserted, or the id of the direct room that these two users have already. Two that
 * insert at once wait for each other at the unique key, and the later one finds the earlier one's room.
 */
export async function insertRoom(tx: Writer, room: NewRoom, memberCount: number): Promise<string | undefined> {
  const inserted = await tx
    .insertInto("rooms")
    .values({
      id: room.id,
      tenant_id: room.tenantId,
      type: room.type,
      name: room.name,
      description: room.description,
      avatar_url: room.avatarUrl,
      avatar_upload_id: room.avatarUploadId ?? null,
      created_by: room.createdBy,
      direct_key: room.directKey,
      ...room.settings,
      member_count: memberCount,
      last_change: firstChange,
      room_change: firstChange,
      active_at: room.at,
      created_at: room.at,
      updated_at: room.at,
    })
    .onConflict((conflict) =>
      conflict.columns(["tenant_id", "direct_key"]).where("direct_key", "is not", null).doNothing(),
    )
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows === 1n) return undefined;
  const existing = await tx
    .selectFrom("rooms")
    .select("id")
    .where("tenant_id", "=", room.tenantId)
    .where("direct_key", "=", room.directKey)
    .executeTakeFirstOrThrow();
  return existing.id;
}

export async function insertMembers(tx: Writer, room: NewRoom, members: readonly NewMember[]): Promise<void> {
  const userIds = members.map((member) => member.userId);
  const roles = members.map((member) => member.role);
  await sql`
    insert into members (room_id, user_id, tenant_id, role, is_member, joined_at, joined_change, change, first_visible)
    select ${room.id}, x.user_id, ${room.tenantId}, x.role, true, ${room.at}, ${firstChange}, ${firstChange}, 1
    from unnest(${userIds}::text[], ${roles}::text[]) as x (user_id, role)`.execute(tx);
  await beginPeriods(tx, room.id, userIds);
}
