/** Stand-alone accounts: who may sign in, by which password, and the sessions that are open. */
import { type Kysely, sql } from "kysely";

// biome-ignore lint/suspicious/noExplicitAny: a migration must not depend on today's schema types.
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

// What better-auth 1.7 needs for passwords, under our names (create-auth.ts); a test compares the two. Columns for
// other providers' tokens stay empty, as does auth_verifications, but the library asks for them at start.
const statements = [
  `create table auth_users (
    id text primary key,
    name text not null,
    username text unique,
    email text not null unique,
    email_verified boolean not null,
    image text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  )`,

  `create table auth_sessions (
    id text primary key,
    user_id text not null references auth_users (id) on delete cascade,
    token text not null unique,
    ip_address text,
    user_agent text,
    expires_at timestamptz not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null
  )`,
  `create index auth_sessions_user_id on auth_sessions (user_id)`,
  `create index auth_sessions_expires_at on auth_sessions (expires_at)`,

  `create table auth_credentials (
    id text primary key,
    user_id text not null references auth_users (id) on delete cascade,
    account_id text not null,
    provider_id text not null,
    password text,
    access_token text,
    refresh_token text,
    id_token text,
    access_token_expires_at timestamptz,
    refresh_token_expires_at timestamptz,
    scope text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null
  )`,
  `create index auth_credentials_user_id on auth_credentials (user_id)`,

  `create table auth_verifications (
    id text primary key,
    identifier text not null,
    value text not null,
    expires_at timestamptz not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  )`,
  `create index auth_verifications_identifier on auth_verifications (identifier)`,
];
