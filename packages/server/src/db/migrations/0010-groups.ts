/**
 * Groups and what is done with messages: ways into a room, blocking, forwards, polls, pins, messages that disappear or
 * are opened once, and the two functions that commit batches, which know of these.
 */
import { type Kysely, sql } from "kysely";

// biome-ignore lint/suspicious/noExplicitAny: a migration must not depend on today's schema types.
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of [...columns, ...tables, ...returns, ...functions]) await sql.raw(statement).execute(db);
}

const columns = [
  `alter table rooms
    add column slow_mode_seconds integer not null default 0,
    add column disappearing_seconds integer not null default 0,
    add column pinned jsonb not null default '[]'`,
  `create index rooms_pinned on rooms (id) where pinned <> '[]'`,

  // How far a member has read, as others may know it: it rises with read_sequence while shares_reads. blocks_peer and
  // blocked_by_peer are of direct rooms: kept by who blocks, in the locked room, so that a send need not look elsewhere.
  `alter table members
    add column shared_read_sequence bigint not null default 0,
    add column shares_reads boolean not null default true,
    add column blocks_peer boolean not null default false,
    add column blocked_by_peer boolean not null default false,
    add column last_sent_at timestamptz,
    add column is_marked_unread boolean not null default false,
    add column is_hidden boolean not null default false,
    add column is_request boolean not null default false,
    add column cleared_sequence bigint not null default 0,
    add column archived_sequence bigint not null default 0`,
  `update members set shared_read_sequence = read_sequence where read_sequence > 0`,
  `create index members_archived on members (room_id) where is_archived`,

  `alter table users
    add column privacy_groups text not null default 'everyone'
      check (privacy_groups in ('everyone', 'shared_rooms', 'nobody')),
    add column privacy_messages text not null default 'everyone'
      check (privacy_messages in ('everyone', 'shared_rooms', 'nobody')),
    add column privacy_read_receipts boolean not null default true,
    add column unarchive_on text not null default 'mention' check (unarchive_on in ('message', 'mention', 'never')),
    add column mentions_pierce_mute boolean not null default true,
    add column folders jsonb not null default '[]'`,

  // Withheld: said by one whom the other of a direct room had blocked. It is hidden from that one from the beginning.
  `alter table messages
    add column forwarded_from text,
    add column forwarded_count integer not null default 0,
    add column expires_at timestamptz,
    add column is_view_once boolean not null default false,
    add column is_withheld boolean not null default false`,
  `alter table reactions add column is_withheld boolean not null default false`,
  `create index messages_expiring on messages (expires_at) where expires_at is not null and deleted_at is null`,
  // A medium that may be opened once has left a message by ends_at.
  `alter table media_uses add column is_view_once boolean not null default false, add column ends_at timestamptz`,
  `create index media_uses_ending on media_uses (ends_at) where ends_at is not null`,
  `create index media_uses_once on media_uses (room_id, sequence) where is_view_once`,

  // The user '*', whom no id can name, stands for all who were members then.
  `alter table mentions add column mentioned_at timestamptz, add column tenant_id text`,
  `update mentions c set mentioned_at = m.created_at, tenant_id = r.tenant_id from messages m join rooms r on r.id = m.room_id
    where m.room_id = c.room_id and m.sequence = c.sequence`,
  `alter table mentions alter column mentioned_at set not null, alter column tenant_id set not null`,
  `create index mentions_newest on mentions (tenant_id, user_id, mentioned_at, room_id, sequence)`,
];

const tables = [
  // Where each forwarded message came from: what the original's count is made of.
  `create table forwards (
    source_room_id uuid not null,
    source_sequence bigint not null,
    room_id uuid not null,
    sequence bigint not null,
    primary key (source_room_id, source_sequence, room_id, sequence)
  )`,
  // A vote that was taken back has no row.
  `create table poll_votes (
    room_id uuid not null,
    sequence bigint not null,
    user_id text not null,
    options smallint[] not null,
    voted_at timestamptz not null,
    primary key (room_id, sequence, user_id)
  )`,
  `create table view_once_opens (
    room_id uuid not null,
    sequence bigint not null,
    user_id text not null,
    opened_at timestamptz not null,
    primary key (room_id, sequence, user_id)
  )`,
  // A block that was lifted has no row.
  `create table blocks (
    tenant_id text not null,
    user_id text not null,
    blocked_id text not null,
    blocked_at timestamptz not null,
    primary key (tenant_id, user_id, blocked_id)
  )`,
  `create index blocks_by_blocked on blocks (tenant_id, blocked_id)`,
  `create table invites (
    room_id uuid not null,
    code text not null,
    tenant_id text not null,
    created_by text not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    max_uses integer,
    uses integer not null default 0,
    needs_approval boolean not null,
    revoked_at timestamptz,
    primary key (room_id, code)
  )`,
  `create unique index invites_code on invites (code)`,
  // An invitation that was accepted, declined or withdrawn, and a request that was decided or withdrawn, has no row.
  // Withheld: from one whom the invited user had blocked, who is never shown it.
  `create table invitations (
    room_id uuid not null,
    user_id text not null,
    tenant_id text not null,
    invited_by text not null,
    invited_at timestamptz not null,
    is_withheld boolean not null default false,
    primary key (room_id, user_id)
  )`,
  `create index invitations_of_user on invitations (tenant_id, user_id, invited_at)`,
  `create table join_requests (
    room_id uuid not null,
    user_id text not null,
    tenant_id text not null,
    invite_code text not null,
    requested_at timestamptz not null,
    primary key (room_id, user_id)
  )`,
];

// Archived rooms come back by what is said in them: a job decides for whom. While nobody has archived anything, a batch
// pays for one look.
const returns = [
  `create function enqueue_returns() returns trigger language plpgsql as $body$
begin
  perform 1 from members where is_archived limit 1;
  if found then
    insert into jobs (kind, payload, run_at, created_at)
    select 'rooms.unarchive',
      jsonb_build_object('rooms', jsonb_agg(jsonb_build_object('room', s.room_id, 'first', s.first, 'last', s.last))),
      min(s.at), min(s.at)
    from (
      select f.room_id, min(f.sequence) as first, max(f.sequence) as last, min(f.created_at) as at
      from fresh f where f.message_type <> 'system'
        and exists (select 1 from members m where m.room_id = f.room_id and m.is_archived)
      group by f.room_id
    ) s
    having count(*) > 0;
  end if;
  return null;
end
$body$`,
  `create trigger messages_unarchive after insert on messages
    referencing new table as fresh for each statement execute function enqueue_returns()`,
];

const planFixed = "set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off";

// As in migration 9, and it knows of forwards, content of other shapes, mentions of all, slow mode, lifetimes, media to be
// opened once, requests and blocking. Nodes of the version before may call it: they give and ask for less.
const appendBatch = `
create function append_batch(batch json, room_ids uuid[], now timestamptz)
returns table (i integer, refusal text, known bigint, known_fingerprint text, sequence bigint, change bigint,
  created_at timestamptz, mentioned text[], calls_all boolean, sender_name text, reply json, media json,
  expires_at timestamptz, is_withheld boolean, retry_at timestamptz)
language plpgsql volatile ${planFixed} as $body$
declare
  locked uuid[] := lock_rooms(room_ids);
  held uuid[] := '{}';
begin
  -- To look for the name is much cheaper than to parse what most batches don't have.
  if strpos(batch::text, '"upload":') > 0 then
    held := array(
      select f.id from media f where f.id = any(array(
        select (x.value ->> 'upload')::uuid from json_array_elements(batch) x where x.value ->> 'upload' is not null
      )) order by f.id for share skip locked
    );
  end if;
  return query
  with judged as materialized (
    select x.i, x.room, x.tenant, x.sender, x.client_id, x.fingerprint, x.type, x.content, x.reply, x.upload, x.device,
      x.from_room, x.from_sequence, coalesce(x.once, false) as once, x.meta,
      r.last_sequence, r.last_change, r.last_countable, m.shared_read_sequence, greatest(now, r.active_at) as created_at,
      r.disappearing_seconds, m.blocked_by_peer as is_withheld,
      case when r.slow_mode_seconds > 0 and m.role = 'member'
        then make_interval(secs => r.slow_mode_seconds) end as pace, m.last_sent_at,
      d.sequence as known, d.fingerprint as known_fingerprint,
      case
        when m.is_member is not true or r.closed_at is not null or r.tenant_id <> x.tenant then 'not_found'
        when r.id <> all(locked) then 'busy'
        when d.sequence is not null then null
        when m.role = 'member' and r.who_can_send = 'admins' then 'forbidden'
        when m.is_request then 'request'
        when m.blocks_peer then 'blocking'
        when r.slow_mode_seconds > 0 and m.role = 'member'
          and m.last_sent_at + make_interval(secs => r.slow_mode_seconds) > now then 'slow'
        when x.reply not between m.first_visible and r.last_sequence then 'reply_not_found'
        when x.reply is not null and exists (
          select 1 from hidden_messages h where h.room_id = x.room and h.user_id = x.sender and h.sequence = x.reply
        ) then 'reply_not_found'
        when x.from_room is not null and not exists (
          select 1 from messages s
          join members o on o.room_id = s.room_id and o.user_id = x.sender
          join rooms sr on sr.id = s.room_id
          where s.room_id = x.from_room and s.sequence = x.from_sequence and s.deleted_at is null and not s.is_view_once
            and (s.expires_at is null or s.expires_at > now) and s.upload_id is not distinct from x.upload
            and s.sequence >= o.first_visible and o.is_member and sr.tenant_id = x.tenant and sr.closed_at is null
        ) then 'source_not_found'
        when x.upload is not null and not exists (
          select 1 from media f where f.id = x.upload and f.tenant_id = x.tenant and f.state = 'ready'
            and (f.owner_id = x.sender or x.from_room is not null)
        ) then 'media_not_found'
        when x.upload is not null and x.upload <> all(held) then 'busy'
      end as finding,
      x.everyone is true and m.role <> 'member' as calls_all,
      case when x.mentions is not null and not (x.everyone is true and m.role <> 'member') then array(
        select o.user_id from members o where o.room_id = x.room and o.user_id = any(x.mentions) and o.is_member
        order by o.user_id
      ) end as mentioned,
      case when x.mentions is not null or x.everyone then
        (select u.name from users u where u.tenant_id = x.tenant and u.id = x.sender)
      end as sender_name
    from json_to_recordset(batch) as x(
      i integer, room uuid, tenant text, sender text, client_id text, fingerprint text, type text, content text,
      reply bigint, mentions text[], everyone boolean, upload uuid, device text, meta jsonb, from_room uuid,
      from_sequence bigint, once boolean
    )
    left join rooms r on r.id = x.room
    left join members m on m.room_id = x.room and m.user_id = x.sender
    left join sends d on d.room_id = x.room and d.sender_id = x.sender and d.client_message_id = x.client_id
  ), numbered as materialized (
    select j.*, j.refusal is null and j.known is null as is_new,
      count(*) filter (where j.refusal is null and j.known is null) over (partition by j.room order by j.i) as n,
      case when j.disappearing_seconds > 0
        then j.created_at + make_interval(secs => j.disappearing_seconds) end as expires_at
    from (
      -- In slow mode, of those that pass at once, the first does.
      select q.*, case when q.pace is not null and q.finding is null and q.known is null and exists (
          select 1 from judged e where e.room = q.room and e.sender = q.sender and e.i < q.i and e.finding is null
            and e.known is null
        ) then 'slow' else q.finding end as refusal
      from judged q
    ) j
  ), placed as materialized (
    select * from numbered where is_new
  ), inserted as (
    insert into messages (room_id, sequence, change, countable, sender_id, client_message_id, message_type,
      content, reply_to, meta_data, upload_id, forwarded_from, expires_at, is_view_once, is_withheld, created_at,
      updated_at)
    select p.room, p.last_sequence + p.n, p.last_change + p.n, p.last_countable + p.n, p.sender, p.client_id,
      p.type, p.content, p.reply,
      case when p.meta is null and p.mentioned is null and not p.calls_all then '{}' else coalesce(p.meta, '{}')
        || case when p.calls_all then '{"mentions_all": true}'
          when cardinality(p.mentioned) > 0 then jsonb_build_object('mentions', to_jsonb(p.mentioned)) else '{}' end end,
      p.upload, p.from_room || '.' || p.from_sequence, p.expires_at, p.once, p.is_withheld, p.created_at, p.created_at
    from placed p
  ), remembered as (
    insert into sends (room_id, sender_id, client_message_id, sequence, fingerprint)
    select p.room, p.sender, p.client_id, p.last_sequence + p.n, p.fingerprint from placed p where p.client_id is not null
  ), called as (
    insert into mentions (room_id, user_id, sequence, mentioned_at, tenant_id)
    select p.room, u, p.last_sequence + p.n, p.created_at, p.tenant
    from placed p, unnest(case when p.calls_all then '{*}' else p.mentioned end) u
  ), used as (
    insert into media_uses (upload_id, room_id, sequence, is_view_once, ends_at)
    select p.upload, p.room, p.last_sequence + p.n, p.once,
      case when p.once then p.created_at + interval '14 days' end
    from placed p where p.upload is not null
  ), passed_on as (
    insert into forwards (source_room_id, source_sequence, room_id, sequence)
    select p.from_room, p.from_sequence, p.room, p.last_sequence + p.n from placed p where p.from_room is not null
  ), to_count as (
    insert into jobs (kind, payload, run_at, created_at)
    select 'messages.forwarded', jsonb_build_object('roomId', p.from_room, 'sequence', p.from_sequence),
      now + interval '5 seconds', now
    from placed p where p.from_room is not null
  ), withheld as (
    insert into hidden_messages (room_id, user_id, sequence, tenant_id, account_change)
    select p.room, o.user_id, p.last_sequence + p.n, p.tenant, 0
    from placed p join members o on o.room_id = p.room and o.user_id <> p.sender where p.is_withheld
  ), moved as (
    update rooms r set last_sequence = r.last_sequence + s.n, last_change = r.last_change + s.n,
      last_countable = r.last_countable + s.n, moved_xid = pg_current_xact_id(), active_at = s.created_at
    from (select p.room, max(p.n) as n, max(p.created_at) as created_at from placed p group by p.room) s
    where r.id = s.room
  ), risen as (
    update members m set read_sequence = greatest(m.read_sequence, s.sequence),
      shared_read_sequence = greatest(m.shared_read_sequence, s.sequence),
      delivered_sequence = greatest(m.delivered_sequence, s.sequence), receipt_change = s.change,
      last_sent_at = s.created_at
    from (
      select p.room, p.sender, max(p.last_sequence + p.n) as sequence, max(p.last_change + p.n) as change,
        max(p.created_at) as created_at
      from placed p group by p.room, p.sender
    ) s where m.room_id = s.room and m.user_id = s.sender
  ), logged as (
    insert into receipt_log (room_id, user_id, kind, up_to, device_id, at)
    select p.room, p.sender, 'read', max(p.last_sequence + p.n), max(p.device), now from placed p
    where p.shared_read_sequence < p.last_sequence group by p.room, p.sender
    on conflict do nothing
  )
  select j.i, j.refusal, j.known, j.known_fingerprint, case when j.is_new then j.last_sequence + j.n end,
    case when j.is_new then j.last_change + j.n end, j.created_at, j.mentioned, j.calls_all, j.sender_name,
    case when j.is_new and j.reply is not null then (
      select json_build_object('sender_id', q.sender_id, 'message_type', q.message_type,
        'content', left(case when j.is_withheld and q.sender_id = j.sender
          then coalesce(q.meta_data #>> '{withheld,content}', q.content) else q.content end, 200),
        'is_deleted', q.deleted_at is not null, 'is_withheld', q.is_withheld)
      from messages q where q.room_id = j.room and q.sequence >= j.reply order by q.sequence limit 1
    ) end,
    case when j.is_new and j.upload is not null then (
      select json_build_object('id', f.id, 'mime_type', f.mime_type, 'kind', f.kind, 'size', f.size,
        'file_name', f.file_name, 'width', f.width, 'height', f.height, 'duration', f.duration,
        'thumbhash', f.thumbhash, 'waveform', f.waveform, 'has_poster', f.poster_key is not null,
        'is_pending', f.is_pending)
      from media f where f.id = j.upload
    ) end,
    j.expires_at, j.is_withheld, case when j.refusal = 'slow'
      then case when j.finding = 'slow' then j.last_sent_at else j.created_at end + j.pace end
  from numbered j;
end
$body$`;

// As in migration 3, and a member who does not share what they read moves only what is their own; to the others it was
// received. Who blocks the other of a direct room moves what they have read of what came before, and nothing that the
// other could see.
const advanceWatermarks = `
create function advance_watermarks(batch json, room_ids uuid[], now timestamptz)
returns table (i integer, refusal text, moved boolean, delivered_sequence bigint, read_sequence bigint, change bigint,
  moved_at timestamptz, is_shared boolean, is_withheld boolean, is_delivered boolean)
language plpgsql volatile ${planFixed} as $body$
declare
  locked uuid[] := lock_rooms(room_ids);
begin
  return query
  with judged as materialized (
    select x.i, x.room, x.usr, x.device, x.kind, r.last_change, m.receipt_change,
      m.delivered_sequence as delivered, m.read_sequence as read, m.shared_read_sequence as shared,
      x.kind = 'delivered' or m.shares_reads as is_shared, coalesce(m.blocks_peer, false) as is_withheld,
      least(x.up_to, case when m.blocks_peer then coalesce((
        select s.sequence from messages s
        where s.room_id = x.room and (not s.is_withheld or s.sender_id = x.usr) order by s.sequence desc limit 1
      ), 0) else r.last_sequence end) as target,
      case
        when m.is_member is not true or r.closed_at is not null or r.tenant_id <> x.tenant then 'not_found'
        when r.id <> all(locked) then 'busy'
      end as refusal
    from json_to_recordset(batch) as x(
      i integer, room uuid, tenant text, usr text, device text, kind text, up_to bigint
    )
    left join rooms r on r.id = x.room
    left join members m on m.room_id = x.room and m.user_id = x.usr
  ), weighed as (
    select d.*, d.refusal is null and not (d.is_withheld and d.kind = 'delivered')
      and d.target > case d.kind when 'read' then d.read else d.delivered end as is_higher
    from judged d
  ), numbered as materialized (
    select j.*, count(*) filter (where j.is_higher) over (partition by j.room order by j.i) as n from weighed j
  ), risen as materialized (
    select * from numbered where is_higher
  ), raised as (
    update members m set delivered_sequence = case when s.is_withheld then s.delivered
        else greatest(s.delivered, s.target) end,
      read_sequence = case s.kind when 'read' then s.target else s.read end,
      shared_read_sequence = case when s.kind = 'read' and s.is_shared and not s.is_withheld then s.target
        else s.shared end,
      receipt_change = s.last_change + s.n
    from risen s where m.room_id = s.room and m.user_id = s.usr
  ), logged as (
    insert into receipt_log (room_id, user_id, kind, up_to, device_id, at)
    select s.room, s.usr, case when s.is_shared then s.kind else 'delivered' end, s.target, s.device, now from risen s
    where not s.is_withheld and (s.is_shared or s.target > s.delivered)
    on conflict do nothing
  ), moved as (
    update rooms r set last_change = r.last_change + c.n, moved_xid = pg_current_xact_id()
    from (select s.room, max(s.n) as n from risen s group by s.room) c where r.id = c.room
  )
  select j.i, j.refusal, j.is_higher,
    case when j.is_higher then greatest(j.delivered, j.target) else greatest(j.delivered, j.read) end,
    case when j.is_higher and j.kind = 'read' then j.target else j.read end,
    case when j.is_higher then j.last_change + j.n else j.receipt_change end,
    now, j.is_shared, j.is_withheld, j.is_higher and not j.is_withheld and j.target > j.delivered
  from numbered j;
end
$body$`;

// They answer with more than before, which takes new functions.
const functions = [
  "drop function append_batch(json, uuid[], timestamptz)",
  appendBatch,
  "drop function advance_watermarks(json, uuid[], timestamptz)",
  advanceWatermarks,
];
