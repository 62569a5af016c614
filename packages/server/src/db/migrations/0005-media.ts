/** Uploads and media, which messages carry them, how much they take, and the append that knows of them. */
import { type Kysely, sql } from "kysely";

// biome-ignore lint/suspicious/noExplicitAny: a migration must not depend on today's schema types.
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of [...tables, appendBatch]) await sql.raw(statement).execute(db);
}

const tables = [
  // Requested: an address was given out, and size is what was promised. Ready: checked and kept at object_key, and size is
  // what is downloaded. Removed: no longer anyone's to see; its objects, then its row, are about to go.
  `create table media (
    id uuid primary key,
    tenant_id text not null,
    owner_id text not null,
    state text not null check (state in ('requested', 'ready', 'removed')),
    file_key text not null,
    resume_handle text,
    file_name text not null,
    mime_type text not null,
    content_type text not null,
    kind text not null check (kind in ('image', 'video', 'audio', 'file')),
    size bigint not null,
    object_key text,
    poster_key text,
    width integer,
    height integer,
    orientation smallint,
    duration double precision,
    thumbhash text,
    waveform jsonb,
    is_pending boolean not null default false,
    created_at timestamptz not null,
    confirmed_at timestamptz
  )`,
  `create index media_requested on media (created_at) where state = 'requested'`,
  `create index media_unsettled on media (created_at) where state = 'removed' or is_pending`,

  // Which messages carry a medium: whoever may see one of them may download it.
  `create table media_uses (
    upload_id uuid not null,
    room_id uuid not null,
    sequence bigint not null,
    primary key (upload_id, room_id, sequence)
  )`,

  // Bytes kept or promised, by user; the tenant's sum stands under an empty user_id, which no user has.
  `create table media_usage (
    tenant_id text not null,
    user_id text not null,
    bytes bigint not null,
    primary key (tenant_id, user_id)
  )`,

  // What a media store is marked with as this database's own.
  `create table installation (id uuid primary key)`,
  `insert into installation (id) values (gen_random_uuid())`,

  // Of a message whose medium is gone the id remains, and says that there was one.
  `alter table messages add column upload_id uuid`,
];

// As append_messages (migration 3), which stays for nodes of the version before. A medium is locked against removal once
// the rooms are locked, never before: whoever removes one holds no room then, so neither waits for the other. One that is
// being removed at this moment is passed over like a held room, and its message tried again.
const appendBatch = `
create function append_batch(batch json, room_ids uuid[], now timestamptz)
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
    select x.i, x.room, x.sender, x.client_id, x.fingerprint, x.type, x.content, x.reply, x.upload,
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
      reply bigint, mentions text[], upload uuid
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
    insert into receipt_log (room_id, user_id, kind, up_to, at)
    select p.room, p.sender, 'read', max(p.last_sequence + p.n), now from placed p
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
