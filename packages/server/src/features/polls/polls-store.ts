/** The queries on votes. A vote that was taken back has no row. */
import { type Selectable, sql } from "kysely";
import type { Reader, Writer } from "../../context.ts";
import type { Database } from "../../db/schema.ts";

type Vote = Selectable<Database["poll_votes"]>;
type Voter = Pick<Vote, "room_id" | "sequence" | "user_id">;

/** Puts a vote in place of the voter's former one. @param vote with `options` ascending @returns false if it was the same */
export async function saveVote(tx: Writer, vote: Vote): Promise<boolean> {
  const { rows } = await sql`
    insert into poll_votes as v (room_id, sequence, user_id, options, voted_at)
    values (${vote.room_id}, ${vote.sequence}, ${vote.user_id}, ${vote.options}::smallint[], ${vote.voted_at})
    on conflict (room_id, sequence, user_id) do update set options = excluded.options, voted_at = excluded.voted_at
      where v.options <> excluded.options
    returning 1`.execute(tx);
  return rows.length === 1;
}

/** Takes a vote back. @returns false if there was none */
export async function deleteVote(tx: Writer, voter: Voter): Promise<boolean> {
  const result = await tx
    .deleteFrom("poll_votes")
    .where("room_id", "=", voter.room_id)
    .where("sequence", "=", voter.sequence)
    .where("user_id", "=", voter.user_id)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/** Votes in a poll, by user id, from after one of them on. */
export function findVotes(
  db: Reader,
  poll: Pick<Vote, "room_id" | "sequence">,
  after: string | undefined,
  limit: number,
): Promise<Omit<Vote, "room_id" | "sequence">[]> {
  return db
    .selectFrom("poll_votes")
    .select(["user_id", "options", "voted_at"])
    .where("room_id", "=", poll.room_id)
    .where("sequence", "=", poll.sequence)
    .where("user_id", ">", after ?? "")
    .orderBy("user_id")
    .limit(limit)
    .execute();
}

/** Notes in a poll's message when it was closed. */
export async function saveClosed(
  tx: Writer,
  poll: Pick<Vote, "room_id" | "sequence">,
  closedAt: string,
): Promise<void> {
  await sql`
    update messages set meta_data = jsonb_set(meta_data, '{poll,closed_at}', to_jsonb(${closedAt}::text))
    where room_id = ${poll.room_id} and sequence = ${poll.sequence}`.execute(tx);
}
