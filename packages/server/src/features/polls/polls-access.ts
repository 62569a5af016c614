/** What messages show of the polls that they carry. */
import type { Poll } from "@pipit/protocol/models/content";
import { sql } from "kysely";
import type { Reader } from "../../context.ts";
import type { StoredMetaData } from "../../db/schema.ts";

export type StoredPoll = NonNullable<StoredMetaData["poll"]>;

/** A message that carries a poll: its place, and what was asked. */
export type PollPlace = { room_id: string; sequence: number; poll: StoredPoll };

/** `option` is null in the row that counts those who voted. */
type CountRow = {
  room_id: string;
  sequence: number;
  option: number | null;
  count: number;
  user_ids: string[];
  voted_by_me: boolean;
};

const votersShown = 20;

/** Polls as they stand, in the order of the places; `viewerId` is missing in events, which are the same for all. */
export async function findPolls(
  db: Reader,
  viewerId: string | undefined,
  places: readonly PollPlace[],
): Promise<{ place: PollPlace; poll: Poll }[]> {
  if (places.length === 0) return [];
  const rows = await countVotes(db, viewerId, places);
  return places.map((place) => {
    const own = rows.filter((row) => row.room_id === place.room_id && row.sequence === place.sequence);
    return { place, poll: toPoll(place.poll, own) };
  });
}

async function countVotes(
  db: Reader,
  viewerId: string | undefined,
  places: readonly PollPlace[],
): Promise<readonly CountRow[]> {
  const rooms = places.map((place) => place.room_id);
  const sequences = places.map((place) => place.sequence);
  const { rows } = await sql<CountRow>`
    select v.room_id, v.sequence, c.option, count(*)::integer as count,
      (array_agg(v.user_id order by v.voted_at, v.user_id))[1:${sql.lit(votersShown)}] as user_ids,
      bool_or(v.user_id = ${viewerId ?? null}) is true as voted_by_me
    from unnest(${rooms}::uuid[], ${sequences}::bigint[]) as x (room_id, sequence)
    join poll_votes v on v.room_id = x.room_id and v.sequence = x.sequence
    cross join unnest(array_append(v.options, null)) as c (option)
    group by v.room_id, v.sequence, c.option`.execute(db);
  return rows;
}

/** A poll with the votes that were counted; without rows, one that nobody has voted in. */
export function toPoll(poll: StoredPoll, rows: readonly CountRow[]): Poll {
  const options = poll.options.map((text, id) => {
    const row = rows.find((entry) => entry.option === id);
    return {
      id,
      text,
      vote_count: row?.count ?? 0,
      user_ids: row?.user_ids ?? [],
      voted_by_me: row?.voted_by_me ?? false,
    };
  });
  const voters = rows.find((row) => row.option === null)?.count ?? 0;
  const { question, is_multiple, closed_at = null } = poll;
  return { question, options, is_multiple, voter_count: voters, closed_at };
}
