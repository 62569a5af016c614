/** Users, rooms, members, messages, and what hangs on them. */
import { type Kysely, sql } from "kysely";

// No foreign keys between the hot tables: each leads with room_id or user_id so that it can be partitioned or
// distributed unchanged, and rows are never removed from under each other.
// biome-ignore lint/suspicious/noExplicitAny: a migration must not depend on today's schema types.
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table users (
    tenant_id text not null,
    id text not null,
    name text not null,
    avatar_url text,
    role text not null default 'user' check (role in ('user', 'moderator', 'admin')),
    account_change bigint not null default 0,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, id)
  )`,
  `create index users_name_words on users using gin (to_tsvector('simple', translate(name, './:@+-', '      ')))`,

  // last_countable counts the messages that can be unread (all but system messages); moved_xid is the last transaction
  // that changed anything shared of the room, which tells a device what moved since its last sync.
  `create table rooms (
    id uuid primary key,
    tenant_id text not null,
    type text not null check (type in ('direct', 'group', 'channel')),
    name text,
    description text,
    avatar_url text,
    created_by text not null,
    direct_key text,
    who_can_send text not null check (who_can_send in ('everyone', 'admins')),
    who_can_edit_info text not null check (who_can_edit_info in ('everyone', 'admins')),
    who_can_add text not null check (who_can_add in ('everyone', 'admins')),
    history_visible_to_new_members boolean not null,
    member_count integer not null default 0,
    last_sequence bigint not null default 0,
    last_countable bigint not null default 0,
    last_change bigint not null default 0,
    room_change bigint not null default 0,
    moved_xid xid8 not null default pg_current_xact_id(),
    active_at timestamptz not null,
    closed_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null
  ) with (fillfactor = 50)`,
  `create unique index rooms_direct on rooms (tenant_id, direct_key) where direct_key is not null`,

  `create table members (
    room_id uuid not null,
    user_id text not null,
    tenant_id text not null,
    role text not null check (role in ('owner', 'admin', 'member')),
    is_member boolean not null,
    joined_at timestamptz not null,
    joined_change bigint not null,
    change bigint not null,
    membership_xid xid8 not null default pg_current_xact_id(),
    first_visible bigint not null,
    delivered_sequence bigint not null default 0,
    read_sequence bigint not null default 0,
    receipt_change bigint not null default 0,
    is_pinned boolean not null default false,
    is_archived boolean not null default false,
    muted_until timestamptz,
    primary key (room_id, user_id)
  ) with (fillfactor = 70)`,
  `create index members_of_user on members (tenant_id, user_id, room_id)`,

  `create table messages (
    room_id uuid not null,
    sequence bigint not null,
    change bigint not null,
    countable bigint not null,
    sender_id text not null,
    client_message_id text,
    message_type text not null,
    content text not null,
    reply_to bigint,
    meta_data jsonb not null default '{}',
    edited_at timestamptz,
    deleted_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (room_id, sequence)
  )`,
  `create index messages_change on messages (room_id, change)`,
  `create index messages_replies on messages (room_id, reply_to, sequence) where reply_to is not null`,
  `create index messages_tombstones on messages (room_id, sequence) where deleted_at is not null`,

  // What a resend is known by. A table of its own with one index: a plan made while the tables were empty could not choose
  // a wrong one, as it did between this key and the others of messages.
  `create table sends (
    room_id uuid not null,
    sender_id text not null,
    client_message_id text not null,
    sequence bigint not null,
    fingerprint text not null,
    primary key (room_id, sender_id, client_message_id)
  )`,

  `create table message_edits (
    room_id uuid not null,
    sequence bigint not null,
    revision integer not null,
    content text not null,
    replaced_at timestamptz not null,
    primary key (room_id, sequence, revision)
  )`,
  `create table reactions (
    room_id uuid not null,
    sequence bigint not null,
    emoji text not null,
    user_id text not null,
    created_at timestamptz not null,
    primary key (room_id, sequence, emoji, user_id)
  )`,
  `create table mentions (
    room_id uuid not null,
    user_id text not null,
    sequence bigint not null,
    primary key (room_id, user_id, sequence)
  )`,
  `create table hidden_messages (
    room_id uuid not null,
    user_id text not null,
    sequence bigint not null,
    tenant_id text not null,
    account_change bigint not null,
    primary key (room_id, user_id, sequence)
  )`,
  `create index hidden_messages_of_user on hidden_messages (tenant_id, user_id, account_change)`,
  `create table receipt_log (
    room_id uuid not null,
    user_id text not null,
    kind text not null check (kind in ('delivered', 'read')),
    up_to bigint not null,
    device_id text,
    at timestamptz not null,
    primary key (room_id, user_id, kind, up_to)
  )`,
];
