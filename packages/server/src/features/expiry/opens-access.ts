/** What other parts may ask of media that may be opened once (docs/spec.md E3-E6). */
import { sql } from "kysely";
import type { Reader, Services, Writer } from "../../context.ts";

/** How long the address that opening gives is good for. */
export const lookSeconds = 300;

const look = sql`make_interval(secs => ${lookSeconds})`;

type Place = { roomId: string; sequence: number };

/** Who has opened a message, the first to do so first, and whether its medium has left it. */
export type OnceState = { room_id: string; sequence: number; user_ids: string[]; is_over: boolean };

/** What became of messages whose medium may be opened once. */
export async function findOnceStates(
  db: Reader,
  messages: readonly { room_id: string; sequence: number; upload_id: string }[],
): Promise<OnceState[]> {
  if (messages.length === 0) return [];
  const rooms = messages.map((message) => message.room_id);
  const sequences = messages.map((message) => message.sequence);
  const uploads = messages.map((message) => message.upload_id);
  const { rows } = await sql<OnceState>`
    select x.room_id, x.sequence,
      array(
        select o.user_id from view_once_opens o where o.room_id = x.room_id and o.sequence = x.sequence
        order by o.opened_at, o.user_id
      ) as user_ids,
      not exists (
        select 1 from media_uses u join media f on f.id = u.upload_id
        where u.upload_id = x.upload and u.room_id = x.room_id and u.sequence = x.sequence and f.state = 'ready'
      ) as is_over
    from unnest(${rooms}::uuid[], ${sequences}::bigint[], ${uploads}::uuid[]) as x (room_id, sequence, upload)
  `.execute(db);
  return rows;
}

/** Whether a member who has opened a message may look at its medium: not for long, and not once the message is deleted. */
export async function mayStillSee(
  { db, clock }: Pick<Services, "db" | "clock">,
  viewer: { tenantId: string; userId: string },
  { uploadId, roomId, sequence }: Place & { uploadId: string },
): Promise<boolean> {
  const { rows } = await sql`
    select 1 from view_once_opens o
    join messages x on x.room_id = o.room_id and x.sequence = o.sequence
    join members m on m.room_id = o.room_id and m.user_id = o.user_id
    join rooms r on r.id = o.room_id
    where o.room_id = ${roomId} and o.sequence = ${sequence} and o.user_id = ${viewer.userId}
      and o.opened_at > ${clock.now()}::timestamptz - ${look} and x.upload_id = ${uploadId} and x.deleted_at is null
      and m.is_member and m.tenant_id = ${viewer.tenantId} and r.closed_at is null`.execute(db);
  return rows.length === 1;
}

/**
 * Sees to it that media of a locked room which nobody is left to open end, as soon as the last look is over. Called when
 * someone has opened one, and when a member has gone.
 * @param sequence of the one message that it is about, if it is about one
 */
export async function hastenEnds(tx: Writer, roomId: string, sequence?: number): Promise<void> {
  const isOfIt = sequence === undefined ? sql`true` : sql`u.sequence = ${sequence}`;
  await sql`
    with seen as (
      select u.upload_id, u.sequence, max(o.opened_at) as last
      from media_uses u join view_once_opens o on o.room_id = u.room_id and o.sequence = u.sequence
      where u.room_id = ${roomId} and u.is_view_once and ${isOfIt} group by u.upload_id, u.sequence
    )
    update media_uses u set ends_at = case when exists (
        select 1 from membership_periods p
        join members m on m.room_id = p.room_id and m.user_id = p.user_id and m.is_member
        join messages x on x.room_id = p.room_id and x.sequence = u.sequence and x.sender_id <> p.user_id
        where p.room_id = u.room_id and p.from_sequence <= u.sequence
          and (p.to_sequence is null or p.to_sequence >= u.sequence)
          and not exists (
            select 1 from view_once_opens o
            where o.room_id = u.room_id and o.sequence = u.sequence and o.user_id = p.user_id
          )
      ) then greatest(u.ends_at, seen.last + ${look}) else seen.last + ${look} end
    from seen where u.room_id = ${roomId} and u.upload_id = seen.upload_id and u.sequence = seen.sequence`.execute(tx);
}
