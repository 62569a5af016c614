/** Every query on what users say of themselves and who may know it. */
import type { AccountSettings } from "@pipit/protocol/models/account";
import type { Privacy } from "@pipit/protocol/models/presence";
import type { Reader, Writer } from "../../context.ts";
import type { UserKey } from "../../ports/audiences/audiences.ts";

const columns = [
  "status_message",
  "privacy_last_seen",
  "privacy_online",
  "privacy_status_message",
  "settings_change",
] as const;

type Row = {
  status_message: string | null;
  privacy_last_seen: Privacy["last_seen"];
  privacy_online: Privacy["online"];
  privacy_status_message: Privacy["status_message"];
  settings_change: number;
};

/** The user's settings, if an account change after `since` touched them; null otherwise, and for nobody. */
export async function findSettings(db: Reader, user: UserKey, since: number): Promise<AccountSettings | null> {
  const row = await selectSettings(db, user).where("settings_change", ">", since).executeTakeFirst();
  return row ? toSettings(row) : null;
}

/** The user's settings as they are, or undefined if there is no such user. */
export async function readSettings(db: Reader, user: UserKey): Promise<AccountSettings | undefined> {
  const row = await selectSettings(db, user).executeTakeFirst();
  return row && toSettings(row);
}

/** The same, with the user locked until the transaction ends. */
export async function lockSettings(tx: Writer, user: UserKey): Promise<AccountSettings | undefined> {
  const row = await selectSettings(tx, user).forNoKeyUpdate().executeTakeFirst();
  return row && toSettings(row);
}

/** Sets them; their `account_change` is the one that touches them. */
export async function saveSettings(tx: Writer, user: UserKey, settings: AccountSettings): Promise<void> {
  await tx
    .updateTable("users")
    .set({
      status_message: settings.status_message,
      privacy_last_seen: settings.privacy.last_seen,
      privacy_online: settings.privacy.online,
      privacy_status_message: settings.privacy.status_message,
      settings_change: settings.account_change,
    })
    .where("tenant_id", "=", user.tenantId)
    .where("id", "=", user.userId)
    .execute();
}

function selectSettings(db: Reader, user: UserKey) {
  return db.selectFrom("users").select(columns).where("tenant_id", "=", user.tenantId).where("id", "=", user.userId);
}

function toSettings(row: Row): AccountSettings {
  return {
    status_message: row.status_message,
    privacy: {
      last_seen: row.privacy_last_seen,
      online: row.privacy_online,
      status_message: row.privacy_status_message,
    },
    account_change: row.settings_change,
  };
}
