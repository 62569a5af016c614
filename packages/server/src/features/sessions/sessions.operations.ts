/** The caller's own connection. */
import type { Handlers } from "../../context.ts";

export const sessionHandlers = {
  "session.renew": async (ctx, { token }) => {
    // Only sockets reach this operation.
    const expiresAt = await ctx.sessions.renew(ctx.actor.socketId ?? "", token);
    return { expires_at: expiresAt.toISOString() };
  },
} satisfies Partial<Handlers>;
