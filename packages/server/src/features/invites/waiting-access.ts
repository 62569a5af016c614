/** What waits for a decision: invitations of users, and their requests to join. */
import { sql } from "kysely";
import type { Writer } from "../../context.ts";

/** Ends what waits for a user in a locked room: they have become a member. */
export async function endWaiting(tx: Writer, roomId: string, userId: string): Promise<void> {
  for (const table of ["invitations", "join_requests"] as const) {
    await tx.deleteFrom(table).where("room_id", "=", roomId).where("user_id", "=", userId).execute();
  }
}

/** The same for one who is removed, and the invitations that they made, which nobody else can take back. */
export async function endWaitingOfRemoved(tx: Writer, roomId: string, userId: string): Promise<void> {
  await endWaiting(tx, roomId, userId);
  await sql`delete from invitations where room_id = ${roomId} and invited_by = ${userId}`.execute(tx);
}
