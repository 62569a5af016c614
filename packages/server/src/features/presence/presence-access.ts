/** What other parts may ask of presence. */
import type { Presence } from "@pipit/protocol/models/presence";
import type { User, UserProfile } from "@pipit/protocol/models/user";
import type { Context } from "../../context.ts";
import { findViews } from "./find-views.ts";

export { changeSettings } from "./change-settings.ts";
export { findSettings, readSettings } from "./settings-store.ts";

/** A user of the caller's tenant as the caller may know them, or undefined if there is none. */
export async function viewPresence(ctx: Context, userId: string): Promise<Presence | undefined> {
  const { tenantId, userId: viewerId } = ctx.actor;
  const [found] = await findViews(ctx, [{ tenantId, viewerId, userId }]);
  return found?.view;
}

/** A user that is there, with what the caller may know of their presence. */
export async function toProfile(ctx: Context, user: User): Promise<UserProfile> {
  const [profile] = await toProfiles(ctx, [user]);
  if (!profile) throw new Error(`there is no profile of ${user.id}`);
  return profile;
}

/** The same of several, in their order, by one query for all. */
export async function toProfiles(ctx: Context, users: readonly User[]): Promise<UserProfile[]> {
  const { tenantId, userId: viewerId } = ctx.actor;
  const found = await findViews(
    ctx,
    users.map(({ id }) => ({ tenantId, viewerId, userId: id })),
  );
  const views = new Map(found.map(({ userId, view }) => [userId, view]));
  return users.map((user) => {
    const view = views.get(user.id);
    if (!view) throw new Error(`there is no presence of ${user.id}`);
    const { user_id: _, ...told } = view;
    return { ...user, ...told };
  });
}
