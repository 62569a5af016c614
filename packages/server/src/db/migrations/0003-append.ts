/** The two functions that commit batches: sends, and watermark moves. */
import { type Kysely, sql } from "kysely";

// biome-ignore lint/suspicious/noExplicitAny: a migration must not depend on today's schema types.
export async function up(db: Kysely<any>): Promise<void> {
  await sql.raw(appendMessages).execute(db);
  await sql.raw(advanceWatermarks).execute(db);
}

// Functions, because each statement of a volatile function sees what committed before that statement began: rooms are
// locked by the first, and the second then finds every client_message_id that another node wrote while we waited (G3),
// and every removal (G8). One statement for both would decide on a snapshot older than its locks.
// Rooms are locked in id order, or two nodes deadlock. Hash and merge joins and sequential scans are off because the
// plan is kept for the life of a connection that may have met the tables empty.
const planFixed = `set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off`;

const appendMessages = `
create function append_messages(batch json, room_ids uuid[], at timestamptz)
returns table (i integer, refusal text, known bigint, known_fingerprint text, sequence bigint, change bigint,
  mentioned text[])
language plpgsql volatile ${planFixed} as $body$
begin
  perform 1 from rooms where id = any(room_ids) order by id for no key update;
  return query
  with judged as materialized (
    select x.i, x.room, x.sender, x.client_id, x.fingerprint, x.type, x.content, x.reply,
      r.last_sequence, r.last_change, r.last_countable, m.read_sequence,
      d.sequence as known, d.fingerprint as known_fingerprint,
      case
        when m.is_member is not true or r.closed_at is not null or r.tenant_id <> x.tenant then 'not_found'
        when d.sequence is not null then null
        when m.role = 'member' and r.who_can_send = 'admins' then 'forbidden'
        when x.reply not between m.first_visible and r.last_sequence then 'reply_not_found'
      end as refusal,
      case when x.mentions is not null then array(
        select o.user_id from members o where o.room_id = x.room and o.user_id = any(x.mentions) and o.is_member
        order by o.user_id
      ) end as mentioned
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
      at, at
    from placed p
  ), remembered as (
    insert into sends (room_id, sender_id, client_message_id, sequence, fingerprint)
    select p.room, p.sender, p.client_id, p.last_sequence + p.n, p.fingerprint from placed p where p.client_id is not null
  ), called as (
    insert into mentions (room_id, user_id, sequence)
    select p.room, u, p.last_sequence + p.n from placed p, unnest(p.mentioned) u
  ), moved as (
    update rooms r set last_sequence = r.last_sequence + s.n, last_change = r.last_change + s.n,
      last_countable = r.last_countable + s.n, moved_xid = pg_current_xact_id(), active_at = at
    from (select p.room, max(p.n) as n from placed p group by p.room) s where r.id = s.room
  ), risen as (
    update members m set read_sequence = greatest(m.read_sequence, s.sequence),
      delivered_sequence = greatest(m.delivered_sequence, s.sequence), receipt_change = s.change
    from (
      select p.room, p.sender, max(p.last_sequence + p.n) as sequence, max(p.last_change + p.n) as change
      from placed p group by p.room, p.sender
    ) s where m.room_id = s.room and m.user_id = s.sender
  ), logged as (
    insert into receipt_log (room_id, user_id, kind, up_to, at)
    select p.room, p.sender, 'read', max(p.last_sequence + p.n), at from placed p
    where p.read_sequence < p.last_sequence group by p.room, p.sender
  )
  select j.i, j.refusal, j.known, j.known_fingerprint, case when j.is_new then j.last_sequence + j.n end,
    case when j.is_new then j.last_change + j.n end, j.mentioned
  from numbered j;
end
$body$`;

const advanceWatermarks = `
create function advance_watermarks(batch json, room_ids uuid[], at timestamptz)
returns table (i integer, refusal text, moved boolean, delivered_sequence bigint, read_sequence bigint, change bigint)
language plpgsql volatile ${planFixed} as $body$
begin
  perform 1 from rooms where id = any(room_ids) order by id for no key update;
  return query
  with judged as materialized (
    select x.i, x.room, x.usr, x.device, x.kind, r.last_change, m.receipt_change,
      m.delivered_sequence as delivered, m.read_sequence as read,
      least(x.up_to, r.last_sequence) as target,
      m.is_member is not true or r.closed_at is not null or r.tenant_id <> x.tenant as is_refused
    from json_to_recordset(batch) as x(
      i integer, room uuid, tenant text, usr text, device text, kind text, up_to bigint
    )
    left join rooms r on r.id = x.room
    left join members m on m.room_id = x.room and m.user_id = x.usr
  ), numbered as materialized (
    select j.*, count(*) filter (where j.is_higher) over (partition by j.room order by j.i) as n from (
      select d.*, not d.is_refused and d.target > case d.kind when 'read' then d.read else d.delivered end as is_higher
      from judged d
    ) j
  ), risen as materialized (
    select * from numbered where is_higher
  ), raised as (
    update members m set delivered_sequence = greatest(s.delivered, s.target),
      read_sequence = case s.kind when 'read' then s.target else s.read end, receipt_change = s.last_change + s.n
    from risen s where m.room_id = s.room and m.user_id = s.usr
  ), logged as (
    insert into receipt_log (room_id, user_id, kind, up_to, device_id, at)
    select s.room, s.usr, s.kind, s.target, s.device, at from risen s
    on conflict do nothing
  ), moved as (
    update rooms r set last_change = r.last_change + c.n, moved_xid = pg_current_xact_id()
    from (select s.room, max(s.n) as n from risen s group by s.room) c where r.id = c.room
  )
  select j.i, case when j.is_refused then 'not_found' end, j.is_higher,
    case when j.is_higher then greatest(j.delivered, j.target) else j.delivered end,
    case when j.is_higher and j.kind = 'read' then j.target else j.read end,
    case when j.is_higher then j.last_change + j.n else j.receipt_change end
  from numbered j;
end
$body$`;
