/** Asks to join a room, whose admins decide. */
import { AppError } from "../../app-error.ts";
import type { Context, Writer } from "../../context.ts";
import type { Announce } from "../../db/transact.ts";
import { findGovernors } from "../members/members-access.ts";
import { accessUser } from "../users/users-access.ts";
import { countRequests, insertRequest } from "./requests-store.ts";

/** So many requests of a room wait at most. */
const maxRequests = 1_000;

/** In a locked room. To ask again changes nothing. @throws {AppError} `conflict` when too many wait already */
export async function askToJoin(
  ctx: Context,
  tx: Writer,
  announce: Announce,
  roomId: string,
  code: string,
): Promise<void> {
  const at = ctx.clock.now();
  if (!(await insertRequest(tx, ctx.actor, { roomId, code, at }))) return;
  if ((await countRequests(tx, roomId)) > maxRequests) {
    throw new AppError("conflict", { message: `${maxRequests} wait to be let in already, which is the most.` });
  }
  const { id, name } = await accessUser(ctx, ctx.actor.userId, tx);
  const governors = await findGovernors(tx, roomId);
  const request = { room_id: roomId, user_id: id, name, requested_at: at.toISOString() };
  announce((audiences) => {
    for (const userId of governors) {
      audiences.toUser({ tenantId: ctx.actor.tenantId, userId }, "group:join:requested", request);
    }
  });
}
