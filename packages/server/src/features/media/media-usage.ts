/** How much media a user or a tenant has. */
import type { Handler } from "../../context.ts";
import { findUsage } from "./usage-store.ts";

export const ownUsage: Handler<"media.usage"> = async (ctx) => ({
  used: await findUsage(ctx.db, ctx.actor.tenantId, ctx.actor.userId),
  limit: ctx.config.quotaUserBytes,
});

export const tenantUsage: Handler<"admin.mediaUsage"> = async (ctx, input) => ({
  tenant_id: input.tenant_id,
  user_id: input.user_id ?? null,
  used: await findUsage(ctx.db, input.tenant_id, input.user_id),
  limit: input.user_id === undefined ? ctx.config.quotaTenantBytes : ctx.config.quotaUserBytes,
  as_of: ctx.clock.now().toISOString(),
});
