/** Blocks a user, or lifts the block; in the room that the two have, or make later, it counts from that commit on. */
import type { Output } from "@pipit/protocol/operations";
import { AppError } from "../../app-error.ts";
import type { Context, Handler, Writer } from "../../context.ts";
import { takeTurn } from "../../db/take-turns.ts";
import type { Announce } from "../../db/transact.ts";
import { changeSettings } from "../presence/presence-access.ts";
import { findDirectRoom, RoomAppeared, saveBlock, untilNoneAppears } from "../rooms/direct-rooms-access.ts";
import { lockRoom } from "../rooms/rooms-access.ts";
import { accessUser } from "../users/users-access.ts";
import { deleteBlock, insertBlock } from "./blocks-store.ts";

const maxBlocked = 1_000;

export const blockUser: Handler<"users.block"> = async (ctx, input) => {
  if (input.user_id === ctx.actor.userId) throw new AppError("conflict", { message: "One can't block oneself." });
  return setBlock(ctx, input.user_id, true);
};

export const unblockUser: Handler<"users.unblock"> = (ctx, input) => setBlock(ctx, input.user_id, false);

// The room is locked before the user, as everywhere; one who makes the room meanwhile holds the user, and is waited for.
async function setBlock(ctx: Context, userId: string, isBlocked: boolean): Promise<Output<"users.block">> {
  await accessUser(ctx, userId);
  const toChanged = ({ blocked_user_ids: ids }: { blocked_user_ids: string[] }) => ({
    blocked_user_ids: isBlocked ? withId(ids, userId) : ids.filter((id) => id !== userId),
  });
  const { account_change } = await untilNoneAppears(async () => {
    const roomId = await findDirectRoom(ctx.db, ctx.actor, userId);
    const change = () =>
      changeSettings(ctx, toChanged, {
        first: async (tx) => {
          if (roomId !== undefined) await lockRoom(tx, roomId);
        },
        also: (tx, _, announce) => save(ctx, tx, announce, { userId, isBlocked, roomId }),
      });
    return roomId === undefined ? change() : takeTurn(roomId, change);
  });
  return { user_id: userId, is_blocked: isBlocked, account_change };
}

function withId(ids: string[], userId: string): string[] {
  if (ids.includes(userId)) return ids;
  if (ids.length >= maxBlocked) {
    throw new AppError("conflict", { message: `One blocks at most ${maxBlocked} users.` });
  }
  return [...ids, userId];
}

async function save(
  ctx: Context,
  tx: Writer,
  announce: Announce,
  { userId, isBlocked, roomId }: { userId: string; isBlocked: boolean; roomId: string | undefined },
): Promise<void> {
  const { actor } = ctx;
  if ((await findDirectRoom(tx, actor, userId)) !== roomId) throw new RoomAppeared();
  if (isBlocked) await insertBlock(tx, actor, userId, ctx.clock.now());
  else await deleteBlock(tx, actor, userId);
  if (roomId === undefined) return;
  const isSilent = await saveBlock(tx, roomId, actor.userId, isBlocked);
  announce((audiences) => {
    for (const id of [actor.userId, userId]) {
      audiences.setSilent({ tenantId: actor.tenantId, userId: id }, roomId, isSilent);
    }
  });
}
