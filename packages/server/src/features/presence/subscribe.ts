/** Subscribes a socket to what may be known of users. */
import { AppError } from "../../app-error.ts";
import type { Handler } from "../../context.ts";
import { findViews } from "./find-views.ts";
import { requireSocketId } from "./require-socket-id.ts";
import { maxSubscriptions } from "./subscriptions.ts";

/** Subscribed first and looked after that: a change that comes in between is told, or seen. */
export const subscribe: Handler<"presence.subscribe"> = async (ctx, input) => {
  const { subscriptions, news } = ctx.presenceParts;
  const { tenantId, userId: viewerId } = ctx.actor;
  const socketId = requireSocketId(ctx);
  const made = subscriptions.add(socketId, input.user_ids);
  if (!made) throw new AppError("conflict", { message: `A socket hears of ${maxSubscriptions} users at most.` });
  try {
    const wishes = made.subscriptions;
    const pairs = wishes.map(({ target }) => ({ tenantId, viewerId, userId: target.userId }));
    const found = await findViews(ctx, pairs);
    const views = new Map(found.map(({ userId, view }) => [userId, view]));
    const missing = wishes.filter(({ target }) => !views.has(target.userId));
    subscriptions.remove(
      socketId,
      missing.map(({ target }) => target.userId),
    );
    return wishes.flatMap((wish) => {
      wish.told ??= views.get(wish.target.userId);
      return wish.told ?? [];
    });
  } catch (error) {
    made.undo();
    for (const { target } of made.subscriptions) news.changed(target);
    throw error;
  }
};
