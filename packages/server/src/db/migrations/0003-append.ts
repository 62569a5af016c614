/** The two functions that commit batches: sends, and watermark moves. */
import { type Kysely, sql } from "kysely";

// biome-ignore lint/suspicious/noExplicitAny: a migration must not depend on today's schema types.
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of [lockRooms, appendMessages, advanceWatermarks]) await sql.raw(statement).execute(db);
}

// Functions, because each statement of a volatile function sees what committed before that statement began: rooms are
// locked by the first, and the second then finds every client_message_id that another node wrote while we waited (G3),
// and every removal (G8). One statement for both would decide on a snapshot older than its locks.
// Hash and merge joins and sequential scans are off because the plan is kept for the life of a connection that may have
// met the tables empty.
const planFixed = `set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off`;

// Rooms are locked in id order, or two nodes deadlock. Those that another transaction holds are left out.
const lockRooms = `
create function lock_rooms(room_ids uuid[]) returns uuid[]
language plpgsql volatile ${planFixed} as $body$
begin
  return array(select r.id from rooms r where r.id = any(room_ids) order by r.id for no key update skip locked);
end
$body$`;

// Whether one is a member at all is judged of rooms that are held as well: an outsider must not learn that a room is busy,
// and to be refused now is to have come before the holder.
// The message that is replied to is found by "the first from this sequence on": only the primary key gives that order,
// so no plan can take another index and walk the room.
const appendMessages = `
create function append_messages(batch json, room_ids uuid[], now timestamptz)
returns table (i integer, refusal text, known bigint, known_fingerprint text, sequence bigint, change bigint,
  created_at timestamptz, mentioned text[], sender_name text, reply json)
language plpgsql volatile ${planFixed} as $body$
declare
  locked uuid[] := lock_rooms(room_ids);
begin
  return query
  with judged as materialized (
    select x.i, x.room, x.sender, x.client_id, x.fingerprint, x.type, x.content, x.reply,
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
      reply bigint, mentions text[]
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
      content, reply_to, meta_data, created_at, updated_at)
    select p.room, p.last_sequence + p.n, p.last_change + p.n, p.last_countable + p.n, p.sender, p.client_id,
      p.type, p.content, p.reply,
      case when cardinality(p.mentioned) > 0 then jsonb_build_object('mentions', to_jsonb(p.mentioned)) else '{}' end,
      p.created_at, p.created_at
    from placed p
  ), remembered as (
    insert into sends (room_id, sender_id, client_message_id, sequence, fingerprint)
    select p.room, p.sender, p.client_id, p.last_sequence + p.n, p.fingerprint from placed p where p.client_id is not null
  ), called as (
    insert into mentions (room_id, user_id, sequence)
    select p.room, u, p.last_sequence + p.n from placed p, unnest(p.mentioned) u
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
    ) end
  from numbered j;
end
$body$`;

const advanceWatermarks = `
create function advance_watermarks(batch json, room_ids uuid[], now timestamptz)
returns table (i integer, refusal text, moved boolean, delivered_sequence bigint, read_sequence bigint, change bigint,
  moved_at timestamptz)
language plpgsql volatile ${planFixed} as $body$
declare
  locked uuid[] := lock_rooms(room_ids);
begin
  return query
  with judged as materialized (
    select x.i, x.room, x.usr, x.device, x.kind, r.last_change, m.receipt_change,
      m.delivered_sequence as delivered, m.read_sequence as read,
      least(x.up_to, r.last_sequence) as target,
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
    select d.*, d.refusal is null and d.target > case d.kind when 'read' then d.read else d.delivered end as is_higher
    from judged d
  ), numbered as materialized (
    select j.*, count(*) filter (where j.is_higher) over (partition by j.room order by j.i) as n from weighed j
  ), risen as materialized (
    select * from numbered where is_higher
  ), raised as (
    update members m set delivered_sequence = greatest(s.delivered, s.target),
      read_sequence = case s.kind when 'read' then s.target else s.read end, receipt_change = s.last_change + s.n
    from risen s where m.room_id = s.room and m.user_id = s.usr
  ), logged as (
    insert into receipt_log (room_id, user_id, kind, up_to, device_id, at)
    select s.room, s.usr, s.kind, s.target, s.device, now from risen s
    on conflict do nothing
  ), moved as (
    update rooms r set last_change = r.last_change + c.n, moved_xid = pg_current_xact_id()
    from (select s.room, max(s.n) as n from risen s group by s.room) c where r.id = c.room
  )
  select j.i, j.refusal, j.is_higher,
    case when j.is_higher then greatest(j.delivered, j.target) else j.delivered end,
    case when j.is_higher and j.kind = 'read' then j.target else j.read end,
    case when j.is_higher then j.last_change + j.n else j.receipt_change end,
    now
  from numbered j;
end
$body$`;
