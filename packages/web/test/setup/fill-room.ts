/** Rooms as years of use leave them, written into the database at once: sending it all would take hours. */
import pg from "pg";
import { copyRoom } from "../../../server/test/setup/copy-rooms.ts";
import { makeGroup, say } from "../../../server/test/setup/talk.ts";
import type { Person } from "../../../server/test/setup/test-server.ts";

/** A group of two people with so many messages, short and long, with links and emoji, some of them replies. @returns its id */
export async function makeLongRoom(databaseUrl: string, ada: Person, bob: Person, count: number): Promise<string> {
  const roomId = await makeGroup(ada, [bob.id], { name: "Long" });
  let last: string | undefined;
  for (let place = 0; place < 24; place += 1) {
    const long = `What *${place}* means is ${"not yet quite clear to me, ".repeat((place * 7) % 13)}see https://example.org/${place} 🎉`;
    const reply = place % 4 === 1 && last !== undefined ? { reply_to: last } : {};
    const said = await say(place % 3 === 0 ? bob : ada, roomId, place % 5 === 0 ? "All right" : long, reply);
    last = said.id;
  }
  await fillRoom(databaseUrl, roomId, count);
  return roomId;
}

/**
 * Repeats what has been said in a room until it holds `count` messages, one every three minutes up to now, all read by
 * everyone. What was a reply answers one shortly before. To be done before anybody opens the room.
 */
async function fillRoom(databaseUrl: string, roomId: string, count: number): Promise<void> {
  await withDatabase(databaseUrl, async (client) => {
    const { rows } = await client.query<{ last: string }>("select last_sequence as last from rooms where id = $1", [
      roomId,
    ]);
    const said = Number(rows[0]?.last);
    await client.query(
      "update messages set created_at = now() - ($2 - sequence) * interval '3 min' where room_id = $1",
      [roomId, count],
    );
    await client.query(repeatMessages, [roomId, said, count]);
    await client.query(toNewEnd, [roomId, said, count]);
    await client.query(
      `update members set delivered_sequence = $2, read_sequence = $2, shared_read_sequence = $2 where room_id = $1`,
      [roomId, count],
    );
    await client.query("vacuum analyze messages");
  });
}

/** Makes as many rooms more that are as this one is. */
export async function multiplyRoom(databaseUrl: string, roomId: string, count: number): Promise<void> {
  await withDatabase(databaseUrl, async (client) => {
    await copyRoom(client, roomId, count);
    await client.query("vacuum analyze");
  });
}

// The first message of a room is the system's: what follows it is what is repeated.
const repeatMessages = `
  insert into messages
  select copy.* from rooms r, generate_series($2::bigint + 1, $3::bigint) n
  join messages m on m.room_id = $1 and m.sequence = 2 + n % ($2::bigint - 1)
  cross join lateral jsonb_populate_record(m, jsonb_build_object(
    'sequence', n, 'change', r.last_change + n, 'countable', r.last_countable + n - $2::bigint,
    'client_message_id', 'n' || n, 'content', m.content || ' ' || n || repeat(' and so on', (n % 7)::integer),
    'reply_to', case when m.reply_to is not null then n - 5 end,
    'created_at', now() - ($3 - n) * interval '3 min'
  )) copy
  where r.id = $1`;

const toNewEnd = `
  update rooms set last_sequence = $3, last_countable = last_countable + $3 - $2, last_change = last_change + $3,
    active_at = now(), moved_xid = pg_current_xact_id()
  where id = $1`;

async function withDatabase(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
