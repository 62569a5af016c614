/** Tells a user's private rows of a room anew, when they join it again. */
import { sql } from "kysely";
import type { Writer } from "../../context.ts";

/**
 * Gives the user's stars and hidden messages of a locked room account changes of their own, in the order that they had:
 * devices dropped them with the room, or were not told of them while it was not the user's (docs/spec.md A5).
 */
export async function retellPrivateRows(
  tx: Writer,
  user: { tenantId: string; userId: string },
  roomId: string,
): Promise<void> {
  await sql`
    with due as (
      select 'star' as kind, sequence, account_change from stars
      where tenant_id = ${user.tenantId} and user_id = ${user.userId} and room_id = ${roomId}
      union all
      select 'hidden', sequence, account_change from hidden_messages
      where room_id = ${roomId} and user_id = ${user.userId}
    ), numbered as (
      select kind, sequence, row_number() over (order by account_change) as n, count(*) over () as total from due
    ), counted as (
      update users set account_change = account_change + (select max(total) from numbered)
      where tenant_id = ${user.tenantId} and id = ${user.userId} and exists (select 1 from numbered)
      returning account_change
    ), stars_told as (
      update stars s set account_change = c.account_change - d.total + d.n from numbered d, counted c
      where d.kind = 'star' and s.room_id = ${roomId} and s.user_id = ${user.userId} and s.sequence = d.sequence
    )
    update hidden_messages h set account_change = c.account_change - d.total + d.n from numbered d, counted c
    where d.kind = 'hidden' and h.room_id = ${roomId} and h.user_id = ${user.userId} and h.sequence = d.sequence`.execute(
    tx,
  );
}
