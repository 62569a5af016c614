/** What users have for themselves: stars, preferences, drafts; and who was a member when, and how far retention has come. */
import { type Kysely, sql } from "kysely";

// biome-ignore lint/suspicious/noExplicitAny: a migration must not depend on today's schema types.
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of [...tables, presentPeriods, pastPeriods, appendBatch]) await sql.raw(statement).execute(db);
}

const tables = [
  // A star that was taken off stays as a row that says so, for devices that have yet to hear of it.
  `create table stars (
    room_id uuid not null,
    sequence bigint not null,
    user_id text not null,
    tenant_id text not null,
    is_starred boolean not null,
    starred_at timestamptz not null,
    account_change bigint not null,
    primary key (room_id, sequence, user_id)
  )`,
  `create index stars_of_user on stars (tenant_id, user_id, account_change)`,
  `create index stars_newest on stars (tenant_id, user_id, starred_at, room_id, sequence) where is_starred`,
  `create index stars_newest_of_room on stars (tenant_id, user_id, room_id, starred_at, sequence) where is_starred`,

  `alter table members add column draft jsonb, add column preferences_change bigint not null default 0`,
  // No column of it is one that a send or a receipt sets: those updates stay within their page.
  `create index members_preferences on members (tenant_id, user_id, preferences_change) where preferences_change > 0`,

  // Who was a member at which messages: to_sequence is null while it lasts.
  `create table membership_periods (
    room_id uuid not null,
    user_id text not null,
    from_sequence bigint not null,
    to_sequence bigint,
    primary key (room_id, user_id, from_sequence)
  )`,

  // Up to here a room has only tombstones and system messages left.
  `alter table rooms add column retained_sequence bigint not null default 0`,
];

// From before this migration only joined_at tells when a membership began: it is taken to have begun with the first
// message from that moment on. Times rise with sequences, so one pass over the rooms finds these.
const presentPeriods = `
insert into membership_periods (room_id, user_id, from_sequence)
select room_id, user_id, before + 1 from (
  select t.room_id, t.user_id, coalesce(max(t.sequence) over (partition by t.room_id order by t.at, t.sequence nulls first
    rows between unbounded preceding and current row), 0) as before
  from (
    select room_id, joined_at as at, null::bigint as sequence, user_id from members where is_member
    union all
    select room_id, created_at, sequence, null from messages
      where room_id in (select m.room_id from members m join rooms r on r.id = m.room_id where m.joined_at > r.created_at)
  ) t
) placed where user_id is not null`;

// Of those who have gone, the last period: up to the message that reports it. Earlier ones are not known.
const pastPeriods = `
insert into membership_periods (room_id, user_id, from_sequence, to_sequence)
select m.room_id, m.user_id, coalesce((
    select x.sequence from messages x where x.room_id = m.room_id and x.created_at < m.joined_at
    order by x.sequence desc limit 1
  ), 0) + 1, gone.sequence - 1
from members m
join (
  select room_id, meta_data -> 'system' -> 'user_ids' ->> 0 as user_id, max(sequence) as sequence from messages
  where message_type = 'system' and meta_data -> 'system' ->> 'kind' in ('member_left', 'member_removed')
  group by 1, 2
) gone on gone.room_id = m.room_id and gone.user_id = m.user_id
where not m.is_member
on conflict do nothing`;

// As in migration 5, and the device of a send is noted in the receipt log. Nodes of the version before may call it: they
// name no device.
const appendBatch = `
create or replace function append_batch(batch json, room_ids uuid[], now timestamptz)
returns table (i integer, refusal text, known bigint, known_fingerprint text, sequence bigint, change bigint,
  created_at timestamptz, mentioned text[], sender_name text, reply json, media json)
language plpgsql volatile
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $body$
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
    select x.i, x.room, x.sender, x.client_id, x.fingerprint, x.type, x.content, x.reply, x.upload, x.device,
      r.last_sequence, r.last_change, r.last_countable, m.read_sequence, greatest(now, r.active_at) as created_at,
      d.sequence as known, d.fingerprint as known_fingerprint,
      case
        when m.is_member is not true or r.closed_at is not null or r.tenant_id <> x.tenant then 'not_found'
        when r.id <> all(locked) then 'busy'
        when d.sequence is not null then null
        when m.role = 'member' and r.who_can_send = 'admins' then 'forbidden'
        when x.reply not between m.first_visible and r.last_sequence then 'reply_not_found'
        when x.reply is not null and exists (
          select 1 from hidden_messages h where h.room_id = x.room and h.user_id = x.sender and h.sequence = x.reply
        ) then 'reply_not_found'
        when x.upload is not null and not exists (
          select 1 from media f where f.id = x.upload and f.tenant_id = x.tenant and f.owner_id = x.sender
            and f.state = 'ready'
        ) then 'media_not_found'
        when x.upload is not null and x.upload <> all(held) then 'busy'
      end as refusal,
      case when x.mentions is not null then array(
        select o.user_id from members o where o.room_id = x.room and o.user_id = any(x.mentions) and o.is_member
        order by o.user_id
      ) end as mentioned,
      case when x.mentions is not null then
        (select u.name from users u where u.tenant_id = x.tenant and u.id = x.sender)
      end as sender_name
    from json_to_recordset(batch) as x(
      i integer, room uuid, tenant text, sender text, client_id text, fingerprint text, type text, content text,
      reply bigint, mentions text[], upload uuid, device text
    )
    left join rooms r on r.id = x.room
    left join members m on m.room_id = x.room and m.user_id = x.sender
    left join sends d on d.room_id = x.room and d.sender_id = x.sender and d.client_message_id = x.client_id
  ), numbered as materialized (
    select j.*, j.refusal is null and j.known is null as is_new,
      count(*) filter (where j.refusal is null and j.known is null) over (partition by j.room order by j.i) as n
    from judged j
  ), placed as materialized (
    select * from numbered where is_new
  ), inserted as (
    insert into messages (room_id, sequence, change, countable, sender_id, client_message_id, message_type,
      content, reply_to, meta_data, upload_id, created_at, updated_at)
    select p.room, p.last_sequence + p.n, p.last_change + p.n, p.last_countable + p.n, p.sender, p.client_id,
      p.type, p.content, p.reply,
      case when cardinality(p.mentioned) > 0 then jsonb_build_object('mentions', to_jsonb(p.mentioned)) else '{}' end,
      p.upload, p.created_at, p.created_at
    from placed p
  ), remembered as (
    insert into sends (room_id, sender_id, client_message_id, sequence, fingerprint)
    select p.room, p.sender, p.client_id, p.last_sequence + p.n, p.fingerprint from placed p where p.client_id is not null
  ), called as (
    insert into mentions (room_id, user_id, sequence)
    select p.room, u, p.last_sequence + p.n from placed p, unnest(p.mentioned) u
  ), used as (
    insert into media_uses (upload_id, room_id, sequence)
    select p.upload, p.room, p.last_sequence + p.n from placed p where p.upload is not null
  ), moved as (
    update rooms r set last_sequence = r.last_sequence + s.n, last_change = r.last_change + s.n,
      last_countable = r.last_countable + s.n, moved_xid = pg_current_xact_id(), active_at = s.created_at
    from (select p.room, max(p.n) as n, max(p.created_at) as created_at from placed p group by p.room) s
    where r.id = s.room
  ), risen as (
    update members m set read_sequence = greatest(m.read_sequence, s.sequence),
      delivered_sequence = greatest(m.delivered_sequence, s.sequence), receipt_change = s.change
    from (
      select p.room, p.sender, max(p.last_sequence + p.n) as sequence, max(p.last_change + p.n) as change
      from placed p group by p.room, p.sender
    ) s where m.room_id = s.room and m.user_id = s.sender
  ), logged as (
    insert into receipt_log (room_id, user_id, kind, up_to, device_id, at)
    select p.room, p.sender, 'read', max(p.last_sequence + p.n), max(p.device), now from placed p
    where p.read_sequence < p.last_sequence group by p.room, p.sender
  )
  select j.i, j.refusal, j.known, j.known_fingerprint, case when j.is_new then j.last_sequence + j.n end,
    case when j.is_new then j.last_change + j.n end, j.created_at, j.mentioned, j.sender_name,
    case when j.is_new and j.reply is not null then (
      select json_build_object('sender_id', q.sender_id, 'message_type', q.message_type,
        'content', left(q.content, 200), 'is_deleted', q.deleted_at is not null)
      from messages q where q.room_id = j.room and q.sequence >= j.reply order by q.sequence limit 1
    ) end,
    case when j.is_new and j.upload is not null then (
      select json_build_object('id', f.id, 'mime_type', f.mime_type, 'kind', f.kind, 'size', f.size,
        'file_name', f.file_name, 'width', f.width, 'height', f.height, 'duration', f.duration,
        'thumbhash', f.thumbhash, 'waveform', f.waveform, 'has_poster', f.poster_key is not null,
        'is_pending', f.is_pending)
      from media f where f.id = j.upload
    ) end
  from numbered j;
end
$body$`;
