/** Ends a user's membership in a room. */
import type { Context, Writer } from "../../context.ts";
import type { Announce } from "../../db/transact.ts";
import { hastenEnds } from "../expiry/opens-access.ts";
import { changeRoom } from "../rooms/rooms-access.ts";
import { findMember } from "./members-store.ts";

type Ended<Value> = { userId: string; value: Value };

/**
 * Runs a transaction that ends a user's membership. The user's sockets leave the audience as its last step: after the
 * commit would be too late, since another's message could commit and be told in between; and once more after it, for a
 * socket that was let in meanwhile (G9).
 */
export async function endMembershipIn<Value>(
  ctx: Context,
  roomId: string,
  work: (tx: Writer, announce: Announce) => Promise<Ended<Value>>,
): Promise<Value> {
  let leaving: string | undefined;
  const leave = (userId: string): Promise<void> =>
    ctx.audiences.leaveRoom({ tenantId: ctx.actor.tenantId, userId }, roomId);
  try {
    return await changeRoom(ctx, roomId, async (tx, announce) => {
      announce(() => {
        if (leaving !== undefined) void leave(leaving);
      });
      const { userId, value } = await work(tx, announce);
      await hastenEnds(tx, roomId);
      leaving = userId;
      await leave(userId);
      return value;
    });
  } catch (error) {
    if (leaving !== undefined) await rejoinIfMember(ctx, roomId, leaving);
    throw error;
  }
}

// A failure does not say that nothing was committed. In doubt, they stay out: sync heals that, and nothing heals a leak.
async function rejoinIfMember(ctx: Context, roomId: string, userId: string): Promise<void> {
  try {
    const member = await findMember(ctx.db, roomId, userId);
    if (member?.is_member) ctx.audiences.joinRoom({ tenantId: ctx.actor.tenantId, userId }, roomId);
  } catch (error) {
    ctx.log.warn({ err: error, room_id: roomId }, "whether a member is still one could not be read");
  }
}
