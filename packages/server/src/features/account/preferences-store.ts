/** The queries on what a member alone has of a room: pinned, archived, muted, a draft, and how far it was cleared. */
import type { RoomPreferences } from "@pipit/protocol/models/account";
import { type Selectable, sql } from "kysely";
import type { Reader, Writer } from "../../context.ts";
import type { Database } from "../../db/schema.ts";

/** The columns of `members` that are preferences. */
export const preferenceNames = [
  "is_pinned",
  "is_archived",
  "muted_until",
  "draft",
  "is_marked_unread",
  "is_hidden",
  "is_request",
  "cleared_sequence",
] as const;

type PreferenceColumns = Pick<Selectable<Database["members"]>, (typeof preferenceNames)[number]>;

export type PreferencesRow = PreferenceColumns & { room_id: string; account_change: number };

type PreferenceFields = Omit<RoomPreferences, "room_id" | "account_change">;

/** Those of a member who has set none. */
export const noPreferences: PreferenceFields = {
  is_pinned: false,
  is_archived: false,
  muted_until: null,
  draft: null,
  is_marked_unread: false,
  is_hidden: false,
  is_request: false,
  cleared_sequence: 0,
};

/** The preferences of one who is a member, which the caller has checked. */
export function readPreferences(db: Reader, roomId: string, userId: string): Promise<PreferencesRow> {
  return db
    .selectFrom("members")
    .select(["room_id", ...preferenceNames, "preferences_change as account_change"])
    .where("room_id", "=", roomId)
    .where("user_id", "=", userId)
    .executeTakeFirstOrThrow();
}

/** Sets them all, in a locked room. What has been cleared away can't be seen any more. */
export async function savePreferences(tx: Writer, userId: string, row: PreferencesRow): Promise<void> {
  const { room_id, account_change, draft, ...others } = row;
  await tx
    .updateTable("members")
    .set({
      ...others,
      draft: draft === null ? null : JSON.stringify(draft),
      first_visible: sql<number>`greatest(first_visible, ${row.cleared_sequence} + 1)`,
      preferences_change: account_change,
    })
    .where("room_id", "=", room_id)
    .where("user_id", "=", userId)
    .execute();
}

/** Notes, in a locked room, what had been said when a member archived it: none of that brings it back (A12). */
export async function saveArchived(tx: Writer, roomId: string, userId: string, sequence: number): Promise<void> {
  await tx
    .updateTable("members")
    .set({ archived_sequence: sequence })
    .where("room_id", "=", roomId)
    .where("user_id", "=", userId)
    .where("archived_sequence", "<", sequence)
    .execute();
}

export function toPreferences(row: PreferencesRow): RoomPreferences {
  return { room_id: row.room_id, ...toPreferenceFields(row), account_change: row.account_change };
}

export function toPreferenceFields(row: PreferenceColumns): PreferenceFields {
  return {
    is_pinned: row.is_pinned,
    is_archived: row.is_archived,
    muted_until: row.muted_until?.toISOString() ?? null,
    draft: row.draft,
    is_marked_unread: row.is_marked_unread,
    is_hidden: row.is_hidden,
    is_request: row.is_request,
    cleared_sequence: row.cleared_sequence,
  };
}
