/** Fills a database with users, rooms and messages as years of use would have left them, without sending each. */
import pg from "pg";

type Owner = {
  userId: string;
  /** In all moving rooms together. */
  messages: number;
};

export type HistoryOptions = {
  owners: readonly Owner[];
  /** How many rooms each owner has. */
  rooms: number;
  /** How many of them will move: as many direct ones as groups. */
  movingRooms: number;
};

/** A room that will move, and another member of it. */
export type MovingRoom = { owner: string; roomId: string; peer: string };

const quietMessages = 10;
const groupPeers = 7;

/**
 * Half of the rooms are direct ones, half are groups of eight. Those that will move are spread evenly over both. All is
 * read; the newest message is a minute old, and each before it a minute older.
 */
export async function makeHistory(databaseUrl: string, options: HistoryOptions): Promise<MovingRoom[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(insertUsers, [options.owners.map(({ userId }) => userId), options.rooms]);
    for (const { userId, messages } of options.owners) {
      const each = Math.round(messages / options.movingRooms);
      await client.query(insertRooms, [userId, options.rooms, options.movingRooms, each, quietMessages]);
      await client.query(insertMembers, [userId, groupPeers, options.rooms]);
    }
    await client.query(insertMessages, [contentOf(80)]);
    await client.query(insertPeriods);
    // What autovacuum would have done long ago.
    await client.query("vacuum analyze");
    const { rows } = await client.query<MovingRoom>(findMoving);
    return rows;
  } finally {
    await client.end();
  }
}

function contentOf(length: number): string {
  return "Shall we meet at the station at half past six, or would you rather walk there? ".repeat(2).slice(0, length);
}

const insertUsers = `
  insert into users (tenant_id, id, name, created_at, updated_at)
  select 'default', id, id, now() - interval '1 year', now() - interval '1 year' from (
    select unnest($1::text[]) union all select 'peer-' || n from generate_series(0, $2::integer) n
  ) u (id) on conflict do nothing`;

// A room's number stands in its description until the members and messages are there.
const insertRooms = `
  insert into rooms (id, tenant_id, type, name, description, created_by, direct_key, who_can_send, who_can_edit_info,
    who_can_add, history_visible_to_new_members, member_count, last_sequence, last_countable, last_change, room_change,
    active_at, created_at, updated_at)
  select gen_random_uuid(), 'default', case when is_direct then 'direct' else 'group' end,
    case when is_direct then null else 'Group ' || n end, n || case when is_moving then ' moving' else '' end, $1::text,
    case when is_direct then (select json_build_array(min(x), max(x))::text
      from unnest(array[$1::text, 'peer-' || n]) x) end,
    'everyone', 'everyone', 'everyone', true, case when is_direct then 2 else 8 end, count, count, count + 1, 1,
    now() - interval '1 minute', now() - interval '1 year', now() - interval '1 year'
  from (
    select n, n % 2 = 0 as is_direct, n % ($2::integer / $3::integer) < 1 as is_moving,
      case when n % ($2::integer / $3::integer) < 1 then $4::integer else $5::integer end as count
    from generate_series(0, $2::integer - 1) n
  ) r`;

const insertMembers = `
  insert into members (room_id, user_id, tenant_id, role, is_member, joined_at, joined_change, change, first_visible,
    delivered_sequence, read_sequence, receipt_change)
  select r.id, u.id, 'default', case when u.id = $1 and r.type = 'group' then 'owner' else 'member' end, true,
    r.created_at, 1, 1, 1, r.last_sequence, r.last_sequence, r.last_change
  from rooms r cross join lateral (
    select $1::text union all
    select 'peer-' || (split_part(r.description, ' ', 1)::integer + p) % $3::integer
      from generate_series(0, case when r.type = 'direct' then 0 else $2::integer - 1 end) p
  ) u (id) where r.created_by = $1`;

const insertMessages = `
  insert into messages (room_id, sequence, change, countable, sender_id, message_type, content, meta_data, created_at,
    updated_at)
  select r.id, s, s + 1, s, m.ids[1 + s % array_length(m.ids, 1)], 'text', $1::text, '{}', at, at
  from rooms r
  join (select room_id, array_agg(user_id order by user_id) as ids from members group by room_id) m on m.room_id = r.id
  cross join lateral (
    select s, now() - (r.last_sequence - s + 1) * interval '1 minute' as at from generate_series(1, r.last_sequence) s
  ) x`;

const insertPeriods = `
  insert into membership_periods (room_id, user_id, from_sequence) select room_id, user_id, 1 from members`;

const findMoving = `
  select r.created_by as owner, r.id as "roomId", (select min(m.user_id) from members m
    where m.room_id = r.id and m.user_id <> r.created_by) as peer
  from rooms r where r.description like '% moving' order by r.id`;
