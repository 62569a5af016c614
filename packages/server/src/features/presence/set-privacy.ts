/** Who may know what of the caller. */
import { AppError } from "../../app-error.ts";
import type { Handler } from "../../context.ts";
import { changeSettings } from "./change-settings.ts";
import { saveLastSeen } from "./presence-store.ts";
import { isNarrower } from "./privacy-rule.ts";
import { readSettings } from "./settings-store.ts";

export const findPrivacy: Handler<"users.privacy"> = async (ctx) => {
  const settings = await readSettings(ctx.db, ctx.actor);
  if (!settings) throw new AppError("not_found");
  return settings.privacy;
};

/**
 * To those who may not know any more that the caller is online, they seem to go now: that they were seen to be here until
 * now is when they were last seen.
 */
export const setPrivacy: Handler<"users.setPrivacy"> = async (ctx, input) => {
  const { tenantId, userId } = ctx.actor;
  const online = await ctx.presence.findOnline(tenantId, [userId]);
  const { privacy, account_change } = await changeSettings(
    ctx,
    (before) => ({
      privacy: {
        last_seen: input.last_seen ?? before.privacy.last_seen,
        online: input.online ?? before.privacy.online,
        status_message: input.status_message ?? before.privacy.status_message,
      },
    }),
    async (tx, now, before) => {
      if (!online.has(userId) || !isNarrower(now.privacy.online, before.privacy.online)) return;
      await saveLastSeen(tx, [{ user: { tenantId, userId }, at: ctx.clock.now() }]);
    },
  );
  return { ...privacy, account_change };
};
