/** Ends a user's membership in a room. */
import type { Context, Writer } from "../../context.ts";
import { type Announce, transactInRoom } from "../../db/transact.ts";

/**
 * Runs a transaction that ends a user's membership. The user's sockets leave the audience as its last step: after the
 * commit would be too late, since another's message could commit and be told in between (G9). If it does not commit,
 * they come back.
 */
export async function endMembershipIn<Value>(
  ctx: Context,
  roomId: string,
  work: (tx: Writer, announce: Announce) => Promise<{ userId: string; value: Value }>,
): Promise<Value> {
  let left: string | undefined;
  const keyOf = (userId: string) => ({ tenantId: ctx.actor.tenantId, userId });
  try {
    return await transactInRoom(ctx, roomId, async (tx, announce) => {
      const { userId, value } = await work(tx, announce);
      left = userId;
      ctx.audiences.leaveRoom(keyOf(userId), roomId);
      return value;
    });
  } catch (error) {
    if (left !== undefined) ctx.audiences.joinRoom(keyOf(left), roomId);
    throw error;
  }
}
