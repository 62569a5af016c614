/** The devices of users: what each is, where its notifications go, and since when it is logged out. */
import { type Kysely, sql } from "kysely";

// biome-ignore lint/suspicious/noExplicitAny: a migration must not depend on today's schema types.
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // logged_out_at stays when a device comes back: tokens from before serve it no more, then or later. session_id is of a
  // stand-alone account (auth_sessions); no reference, since sessions are the library's to delete.
  `create table devices (
    tenant_id text not null,
    user_id text not null,
    device_id text not null,
    device_name text not null,
    device_type text not null check (device_type in ('mobile', 'web', 'desktop', 'tablet')),
    platform text not null,
    app_version text not null,
    is_active boolean not null default true,
    push_token text,
    push_provider text check (push_provider in ('webpush', 'fcm', 'apns')),
    last_push_at timestamptz,
    last_push_result text check (last_push_result in ('sent', 'failed', 'dropped')),
    last_push_detail text,
    session_id text,
    logged_out_at timestamptz,
    last_active_at timestamptz not null,
    last_sync_at timestamptz,
    last_message_seq bigint,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, user_id, device_id),
    check ((push_token is null) = (push_provider is null)),
    check (is_active or logged_out_at is not null),
    check (is_active or (push_token is null and session_id is null))
  )`,

  // Who is to be notified.
  `create index devices_with_token on devices (tenant_id, user_id) where push_token is not null`,

  // Whose a token is: a phone has one, whoever is signed in on it. A token may be longer than an index takes.
  `create index devices_push_token on devices (md5(push_token)) where push_token is not null`,

  // What has long been idle.
  `create index devices_idle on devices (last_active_at) where is_active`,
];
