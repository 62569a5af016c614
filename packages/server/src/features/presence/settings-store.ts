/** Every query on what users say of themselves and who may know it. */
import type { AccountSettings } from "@pipit/protocol/models/account";
import { type Selectable, sql } from "kysely";
import { AppError } from "../../app-error.ts";
import type { Reader, Writer } from "../../context.ts";
import type { Database } from "../../db/schema.ts";
import type { UserKey } from "../../ports/audiences/audiences.ts";

const columns = [
  "status_message",
  "privacy_last_seen",
  "privacy_online",
  "privacy_status_message",
  "privacy_groups",
  "privacy_messages",
  "privacy_read_receipts",
  "unarchive_on",
  "mentions_pierce_mute",
  "folders",
  "settings_change",
] as const;

type Row = Pick<Selectable<Database["users"]>, (typeof columns)[number]> & { blocked_user_ids: string[] };

/** The user's settings, if an account change after `since` touched them; null otherwise, and for nobody. */
export async function findSettings(db: Reader, user: UserKey, since: number): Promise<AccountSettings | null> {
  const row = await selectSettings(db, user).where("settings_change", ">", since).executeTakeFirst();
  return row ? toSettings(row) : null;
}

/** The user's settings as they are. @throws {AppError} `not_found` if there is no such user */
export async function readSettings(db: Reader, user: UserKey): Promise<AccountSettings> {
  const row = await selectSettings(db, user).executeTakeFirst();
  if (!row) throw new AppError("not_found");
  return toSettings(row);
}

/**
 * The same, with the user locked until the transaction ends. They are read by a statement that begins once the lock is
 * held: one that has waited for it reads whom they block as it was before the wait.
 */
export async function lockSettings(tx: Writer, user: UserKey): Promise<AccountSettings | undefined> {
  const locked = await tx
    .selectFrom("users")
    .select("id")
    .where("tenant_id", "=", user.tenantId)
    .where("id", "=", user.userId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  return locked && (await readSettings(tx, user));
}

/** Sets them, but for whom they block; their `account_change` is the one that touches them. */
export async function saveSettings(tx: Writer, user: UserKey, settings: AccountSettings): Promise<void> {
  await tx
    .updateTable("users")
    .set({
      status_message: settings.status_message,
      privacy_last_seen: settings.privacy.last_seen,
      privacy_online: settings.privacy.online,
      privacy_status_message: settings.privacy.status_message,
      privacy_groups: settings.privacy.groups,
      privacy_messages: settings.privacy.messages,
      privacy_read_receipts: settings.privacy.read_receipts,
      unarchive_on: settings.chats.unarchive_on,
      mentions_pierce_mute: settings.chats.mentions_pierce_mute,
      folders: JSON.stringify(settings.folders),
      settings_change: settings.account_change,
    })
    .where("tenant_id", "=", user.tenantId)
    .where("id", "=", user.userId)
    .execute();
}

function selectSettings(db: Reader, user: UserKey) {
  return db
    .selectFrom("users")
    .select(columns)
    .select(
      sql<string[]>`array(select b.blocked_id from blocks b where b.tenant_id = users.tenant_id and b.user_id = users.id
        order by b.blocked_at, b.blocked_id)`.as("blocked_user_ids"),
    )
    .where("tenant_id", "=", user.tenantId)
    .where("id", "=", user.userId);
}

function toSettings(row: Row): AccountSettings {
  return {
    status_message: row.status_message,
    privacy: {
      last_seen: row.privacy_last_seen,
      online: row.privacy_online,
      status_message: row.privacy_status_message,
      groups: row.privacy_groups,
      messages: row.privacy_messages,
      read_receipts: row.privacy_read_receipts,
    },
    chats: { unarchive_on: row.unarchive_on, mentions_pierce_mute: row.mentions_pierce_mute },
    folders: row.folders,
    blocked_user_ids: row.blocked_user_ids,
    account_change: row.settings_change,
  };
}
