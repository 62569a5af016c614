/** What users say of themselves, when they were last there, and who may know it. */
import { type Kysely, sql } from "kysely";

// biome-ignore lint/suspicious/noExplicitAny: a migration must not depend on today's schema types.
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const visibility = "text not null default 'everyone' check (%s in ('everyone', 'shared_rooms', 'nobody'))";

const statements = [
  // last_seen_at is when the last device went; noted_online_at, when a user who had not gone was last noted to be there:
  // the greater of the two is what is known of them after a crash. settings_change is the account change that last
  // touched the status message or the privacy.
  `alter table users
    add status_message text,
    add last_seen_at timestamptz,
    add noted_online_at timestamptz,
    add privacy_last_seen ${visibility.replace("%s", "privacy_last_seen")},
    add privacy_online ${visibility.replace("%s", "privacy_online")},
    add privacy_status_message ${visibility.replace("%s", "privacy_status_message")},
    add settings_change bigint not null default 0`,
];
