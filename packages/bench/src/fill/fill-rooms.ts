/** Fills a database with users and groups as years of use would have left them, without asking a server for each. */
import pg from "pg";

export type Filling = {
  /** What the ids of its users begin with, and no other's; a number from 0 follows. */
  prefix: string;
  users: number;
  /** Rooms of each user. */
  roomsEach: number;
  /** Members of a room: users with neighbouring numbers, who have all their rooms together. */
  members: number;
  /** Messages in each room. */
  messages: number;
  /** How many of them all members have read, 0 to 1. */
  readShare?: number;
};

/** Rooms that the first users have together, in an order that a second look gives again. */
export type FilledRoom = { roomId: string; firstUser: number };

/** Adds each filling; users and rooms of different prefixes have nothing to do with each other. */
export async function fillRooms(databaseUrl: string, fillings: readonly Filling[]): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    for (const filling of fillings) await fill(client, filling);
    // What autovacuum would have done long ago, and the checkpoint that would come in the middle of a measurement.
    await client.query("vacuum analyze");
    await client.query("checkpoint");
  });
}

/** The rooms of a filling, those of each block of users in order. */
export function listFilled(databaseUrl: string, prefix: string, blocks: readonly number[]): Promise<FilledRoom[]> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<FilledRoom>(findRooms, [prefix, blocks]);
    return rows;
  });
}

async function fill(client: pg.Client, filling: Filling): Promise<void> {
  const { prefix, users, roomsEach, members, messages, readShare = 1 } = filling;
  if (users % members !== 0) throw new Error(`${users} users make no rooms of ${members}`);
  await client.query(insertUsers, [prefix, users]);
  await client.query(insertRooms, [prefix, users / members, roomsEach, members, messages]);
  await client.query(insertMembers, [prefix, members, readShare]);
  await client.query(insertPeriods, [prefix]);
  if (messages > 0) await client.query(insertMessages, [prefix, members, content]);
}

async function withClient<Value>(databaseUrl: string, work: (client: pg.Client) => Promise<Value>): Promise<Value> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** About eighty characters, the length of a chat message. */
const content = "Shall we meet at the station at half past six, or would you rather walk there?";

const insertUsers = `
  insert into users (tenant_id, id, name, created_at, updated_at)
  select 'default', $1::text || n, $1 || n, now() - interval '1 year', now() - interval '1 year'
  from generate_series(0, $2::integer - 1) n`;

// The number of a room's first user stands in its description.
const insertRooms = `
  insert into rooms (id, tenant_id, type, name, description, created_by, who_can_send, who_can_edit_info, who_can_add,
    history_visible_to_new_members, member_count, last_sequence, last_countable, last_change, room_change, active_at,
    created_at, updated_at)
  select gen_random_uuid(), 'default', 'group', 'Group ' || b || '.' || r, (b * $4::integer)::text,
    $1::text || b * $4::integer, 'everyone', 'everyone', 'everyone', true, $4::integer, $5::bigint, $5::bigint,
    $5::bigint + 1, 1, now() - interval '1 minute' - r * interval '1 second', now() - interval '1 year',
    now() - interval '1 year'
  from generate_series(0, $2::integer - 1) b, generate_series(0, $3::integer - 1) r`;

const ofFilling = "starts_with(r.created_by, $1::text)";

const insertMembers = `
  insert into members (room_id, user_id, tenant_id, role, is_member, joined_at, joined_change, change, first_visible,
    delivered_sequence, read_sequence, receipt_change)
  select r.id, $1 || (r.description::integer + m), 'default',
    case when m = 0 then 'owner' else 'member' end, true, r.created_at, 1, 1, 1, r.last_sequence,
    floor(r.last_sequence * $3::double precision)::bigint, r.last_change
  from rooms r, generate_series(0, $2::integer - 1) m where ${ofFilling}`;

const insertPeriods = `
  insert into membership_periods (room_id, user_id, from_sequence)
  select m.room_id, m.user_id, 1 from rooms r join members m on m.room_id = r.id where ${ofFilling}`;

// The newest is a minute old, and each before it a second older.
const insertMessages = `
  insert into messages (room_id, sequence, change, countable, sender_id, message_type, content, meta_data, created_at,
    updated_at)
  select r.id, s, s + 1, s, $1 || (r.description::integer + s % $2::integer), 'text', $3::text, '{}',
    r.active_at - (r.last_sequence - s) * interval '1 second', r.active_at - (r.last_sequence - s) * interval '1 second'
  from rooms r cross join lateral generate_series(1, r.last_sequence) s where ${ofFilling}`;

const findRooms = `
  select r.id as "roomId", b as "firstUser" from unnest($2::integer[]) b
  join members m on m.tenant_id = 'default' and m.user_id = $1::text || b
  join rooms r on r.id = m.room_id
  order by b, r.active_at desc, r.id`;
