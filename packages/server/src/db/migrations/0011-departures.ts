/** What those who have left a room, or were removed, may still read of it: the end of their membership, and each edit. */
import { type Kysely, sql } from "kysely";

// biome-ignore lint/suspicious/noExplicitAny: a migration must not depend on today's schema types.
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Null in periods that ended before this: which edits came after that, nobody noted.
  `alter table membership_periods add column tenant_id text, add column left_at timestamptz,
    add column left_change bigint, add column removed_by text, add column room_name text`,
  `create index membership_periods_left on membership_periods (tenant_id, user_id, left_at, room_id)
    where left_at is not null`,
  // The change that replaced a text, and the meta data that went with the text. Null in revisions from before this.
  "alter table message_edits add column change bigint, add column meta_data jsonb",
];
