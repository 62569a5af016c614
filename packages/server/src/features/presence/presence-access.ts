/** What other parts may ask of presence. */
import type { Presence } from "@pipit/protocol/models/presence";
import type { User, UserProfile } from "@pipit/protocol/models/user";
import type { Context } from "../../context.ts";
import { findViews } from "./find-views.ts";

export { findSettings } from "./settings-store.ts";

/** A user of the caller's tenant as the caller may know them, or undefined if there is none. */
export async function viewPresence(ctx: Context, userId: string): Promise<Presence | undefined> {
  const { tenantId, userId: viewerId } = ctx.actor;
  const [found] = await findViews(ctx, [{ tenantId, viewerId, userId }]);
  return found?.view;
}

/** A user that is there, with what the caller may know of their presence. */
export async function toProfile(ctx: Context, user: User): Promise<UserProfile> {
  const presence = await viewPresence(ctx, user.id);
  if (!presence) throw new Error(`there is no presence of ${user.id}`);
  const { user_id: _, ...told } = presence;
  return { ...user, ...told };
}
