/** The query on the recipients of a message, and when it reached each. */
import { sql } from "kysely";
import type { Reader } from "../../context.ts";

/** When, and on which device, a watermark came to a message. */
export type Reached = { at: Date; device_id: string | null };

export type Recipient = { user_id: string; delivered: Reached | null; read: Reached | null };

type Row = {
  user_id: string;
  total: number;
  delivered_at: Date | null;
  delivered_on: string | null;
  read_at: Date | null;
  read_on: string | null;
};

/**
 * The members of the moment of a message but for its sender, by id after one, and how many they are in all. Watermarks only rise,
 * so the lowest entry of the log that includes the message is the first. What lies beyond the end of a membership was
 * said of a later one: who comes back has not read by it what they had left unread.
 */
export async function findRecipients(
  db: Reader,
  message: { room_id: string; sequence: number; sender_id: string },
  page: { after: string; limit: number },
): Promise<{ total: number; recipients: Recipient[] }> {
  const { room_id, sequence, sender_id } = message;
  const first = (kind: "delivered" | "read") => sql`
    left join lateral (
      select l.at, l.device_id from receipt_log l
      where l.room_id = p.room_id and l.user_id = p.user_id and l.kind = ${kind} and l.up_to >= ${sequence}
        and (p.to_sequence is null or l.up_to <= p.to_sequence)
      order by l.up_to limit 1
    ) ${sql.raw(kind)} on true`;
  const isRecipient = sql`p.room_id = ${room_id} and p.user_id <> ${sender_id} and p.from_sequence <= ${sequence}
    and (p.to_sequence is null or p.to_sequence >= ${sequence})`;
  const { rows } = await sql<Row>`
    select p.user_id, delivered.at as delivered_at, delivered.device_id as delivered_on, read.at as read_at,
      read.device_id as read_on, (select count(*) from membership_periods p where ${isRecipient}) as total
    from membership_periods p ${first("delivered")} ${first("read")}
    where ${isRecipient} and p.user_id > ${page.after}
    order by p.user_id limit ${page.limit}`.execute(db);
  return { total: rows[0]?.total ?? 0, recipients: rows.map(toRecipient) };
}

function toRecipient(row: Row): Recipient {
  const read = row.read_at === null ? null : { at: row.read_at, device_id: row.read_on };
  const delivered = row.delivered_at === null ? null : { at: row.delivered_at, device_id: row.delivered_on };
  return { user_id: row.user_id, read, delivered: earlier(delivered, read) };
}

// To have read a message is to have received it: reading is not noted as delivery too.
function earlier(delivered: Reached | null, read: Reached | null): Reached | null {
  if (delivered === null || read === null) return delivered ?? read;
  return read.at < delivered.at ? read : delivered;
}
