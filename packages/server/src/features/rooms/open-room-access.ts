/** A room as those may know it who have a way into it, whether they are members or not. */
import { sql } from "kysely";
import type { Actor, Reader } from "../../context.ts";

/** `joined_at` is when the caller became a member of it, null if they are none. */
export type OpenRoom = {
  id: string;
  name: string | null;
  description: string | null;
  avatar_url: string | null;
  member_count: number;
  joined_at: Date | null;
};

/** The room, if it is of the caller's tenant and not closed. Nothing of it may be told before a way in was shown (G9). */
export async function findOpenRoom(db: Reader, actor: Actor, roomId: string): Promise<OpenRoom | undefined> {
  const { rows } = await sql<OpenRoom>`
    select r.id, r.name, r.description, r.avatar_url, r.member_count, m.joined_at
    from rooms r left join members m on m.room_id = r.id and m.user_id = ${actor.userId} and m.is_member
    where r.id = ${roomId} and r.tenant_id = ${actor.tenantId} and r.closed_at is null`.execute(db);
  return rows[0];
}
