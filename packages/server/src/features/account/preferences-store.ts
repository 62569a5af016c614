/** The queries on what a member alone has of a room: pinned, archived, muted, and a draft. */
import type { Draft, RoomPreferences } from "@pipit/protocol/models/account";
import type { Reader, Writer } from "../../context.ts";

export type PreferencesRow = {
  room_id: string;
  is_pinned: boolean;
  is_archived: boolean;
  muted_until: Date | null;
  draft: Draft | null;
  account_change: number;
};

const columns = [
  "room_id",
  "is_pinned",
  "is_archived",
  "muted_until",
  "draft",
  "preferences_change as account_change",
] as const;

/** The preferences of one who is a member, which the caller has checked. */
export function readPreferences(db: Reader, roomId: string, userId: string): Promise<PreferencesRow> {
  return db
    .selectFrom("members")
    .select(columns)
    .where("room_id", "=", roomId)
    .where("user_id", "=", userId)
    .executeTakeFirstOrThrow();
}

/** Sets them all, in a locked room. */
export async function savePreferences(tx: Writer, userId: string, row: PreferencesRow): Promise<void> {
  await tx
    .updateTable("members")
    .set({
      is_pinned: row.is_pinned,
      is_archived: row.is_archived,
      muted_until: row.muted_until,
      draft: row.draft === null ? null : JSON.stringify(row.draft),
      preferences_change: row.account_change,
    })
    .where("room_id", "=", row.room_id)
    .where("user_id", "=", userId)
    .execute();
}

export function toPreferences(row: PreferencesRow): RoomPreferences {
  return {
    room_id: row.room_id,
    is_pinned: row.is_pinned,
    is_archived: row.is_archived,
    muted_until: row.muted_until?.toISOString() ?? null,
    draft: row.draft,
    account_change: row.account_change,
  };
}
