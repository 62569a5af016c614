/** Which uploaded picture a user or a room shows: whoever may see these may see it. */
import { type Kysely, sql } from "kysely";

// biome-ignore lint/suspicious/noExplicitAny: a migration must not depend on today's schema types.
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const fileUrl = "'^[^?#]*/media/([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})/file([?#]|$)'";

const statements = [
  "alter table users add column avatar_upload_id uuid",
  "alter table rooms add column avatar_upload_id uuid",
  // Of pictures that were set before, those of users can be told to be their own. Who set a room's, nobody noted.
  `update users u set avatar_upload_id = f.id from media f
    where u.avatar_url ~ ${fileUrl} and f.id = (regexp_match(u.avatar_url, ${fileUrl}))[1]::uuid
      and f.tenant_id = u.tenant_id and f.owner_id = u.id and f.state = 'ready' and f.kind = 'image'`,
  // No send or receipt sets these columns: such updates stay within their page.
  "create index users_avatar on users (avatar_upload_id) where avatar_upload_id is not null",
  "create index rooms_avatar on rooms (avatar_upload_id) where avatar_upload_id is not null",
];
