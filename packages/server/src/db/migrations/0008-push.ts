/** Notifications: what is to be sent because of messages that committed, and what devices show. */
import { type Kysely, sql } from "kysely";

// biome-ignore lint/suspicious/noExplicitAny: a migration must not depend on today's schema types.
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // The keys that this server's Web Push subscriptions are bound to: one row, the same for all nodes. Who can read it can
  // read the subscriptions as well.
  `create table push_keys (
    is_only boolean primary key default true check (is_only),
    public_key text not null,
    private_key text not null,
    created_at timestamptz not null
  )`,

  // The newest message that a device was notified of and, as far as is known, still shows.
  `create table push_shown (
    room_id uuid not null,
    user_id text not null,
    device_id text not null,
    tenant_id text not null,
    up_to bigint not null,
    shown_at timestamptz not null,
    primary key (room_id, user_id, device_id)
  )`,

  // In the transaction of the messages, so that none commits without it; one row for a whole batch, and none where
  // nobody can be notified. Times are the server's, not the database's: those of the messages are.
  // The order lets the first row of the index with tokens answer, however many devices have none.
  `create function enqueue_pushes() returns trigger language plpgsql as $body$
begin
  perform 1 from devices where push_token is not null order by tenant_id, user_id limit 1;
  if found then
    insert into jobs (kind, payload, run_at, created_at)
    select 'push.messages',
      jsonb_build_object('rooms', jsonb_agg(jsonb_build_object('room', s.room_id, 'first', s.first, 'last', s.last))),
      min(s.at), min(s.at)
    from (
      select f.room_id, min(f.sequence) as first, max(f.sequence) as last, min(f.created_at) as at
      from fresh f where f.message_type <> 'system' group by f.room_id
    ) s
    having count(*) > 0;
  end if;
  return null;
end
$body$`,
  `create trigger messages_push after insert on messages
    referencing new table as fresh for each statement execute function enqueue_pushes()`,
];
