/** The queries of retention. What it has come to in a room is noted, so that no round looks at old tombstones again. */
import { sql } from "kysely";
import type { Reader, Writer } from "../../context.ts";

export type OldRoom = { id: string; tenant_id: string; is_due: boolean };

export type OldRow = {
  room_id: string;
  sequence: number;
  message_type: string;
  upload_id: string | null;
  deleted_at: Date | null;
};

/**
 * Rooms by id, each with whether its first message that retention has not come to is old. Times rise with sequences
 * (M10), so one look by the primary key tells, and messages need no index by time.
 */
export async function findOldRooms(
  db: Reader,
  { after, olderThan }: { after: string | undefined; olderThan: Date },
  limit: number,
): Promise<OldRoom[]> {
  const { rows } = await sql<OldRoom>`
    select r.id, r.tenant_id, coalesce((
        select x.created_at < ${olderThan} from messages x
        where x.room_id = r.id and x.sequence > r.retained_sequence order by x.sequence limit 1
      ), false) as is_due
    from rooms r where ${after === undefined ? sql`true` : sql`r.id > ${after}::uuid`}
    order by r.id limit ${limit}`.execute(db);
  return rows;
}

/** The first old messages of a locked room that retention has not come to. */
export async function findOldRows(tx: Writer, roomId: string, olderThan: Date, limit: number): Promise<OldRow[]> {
  const { rows } = await sql<OldRow & { is_old: boolean }>`
    select x.room_id, x.sequence, x.message_type, x.upload_id, x.deleted_at, x.created_at < ${olderThan} as is_old
    from rooms r join messages x on x.room_id = r.id and x.sequence > r.retained_sequence
    where r.id = ${roomId} order by x.sequence limit ${limit}`.execute(tx);
  const firstYoung = rows.findIndex((row) => !row.is_old);
  return firstYoung === -1 ? rows : rows.slice(0, firstYoung);
}

/** Notes how far retention has come in a locked room. */
export async function saveRetained(tx: Writer, roomId: string, sequence: number): Promise<void> {
  await tx.updateTable("rooms").set({ retained_sequence: sequence }).where("id", "=", roomId).execute();
}
