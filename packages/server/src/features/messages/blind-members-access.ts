/** Members who can't see older messages of their room, and so must hear nothing of them. */
import { sql } from "kysely";
import type { Reader } from "../../context.ts";

/** More than a room has: who is in a larger one, and blind, hears ids and no more than what others are told. */
const maxBlind = 10_000;

/** By sequence, the members who can't see the message: mostly none. */
export async function findBlind(
  db: Reader,
  roomId: string,
  sequences: readonly number[],
): Promise<(sequence: number) => string[]> {
  if (sequences.length === 0) return () => [];
  const { rows } = await sql<{ user_id: string; first_visible: number }>`
    select user_id, first_visible from members
    where room_id = ${roomId} and is_member and first_visible > ${Math.min(...sequences)} limit ${maxBlind}`.execute(
    db,
  );
  return (sequence) => rows.filter((row) => row.first_visible > sequence).map((row) => row.user_id);
}
