/** Users: what one may ask of oneself and of others of the tenant. */
import { userId } from "@pipit/protocol/scalars";
import { z } from "zod";
import type { Handlers } from "../../context.ts";
import { fromCursor, toPage } from "../../db/pages.ts";
import { toProfile, toProfiles } from "../presence/presence-access.ts";
import { updateMe } from "./update-me.ts";
import { accessUser } from "./users-access.ts";
import { searchUsers } from "./users-store.ts";

const userCursor = z.object({ after: userId });

export const userHandlers = {
  "users.me": async (ctx) => toProfile(ctx, await accessUser(ctx, ctx.actor.userId)),
  "users.get": async (ctx, input) => toProfile(ctx, await accessUser(ctx, input.user_id)),
  "users.update": updateMe,
  "users.search": async (ctx, input) => {
    const after = fromCursor(input.cursor, userCursor)?.after ?? "";
    const users = await searchUsers(ctx.db, {
      tenantId: ctx.actor.tenantId,
      q: input.q,
      after,
      limit: input.limit + 1,
    });
    const page = toPage(users, input.limit, (last) => ({ after: last.id }));
    return { ...page, items: await toProfiles(ctx, page.items) };
  },
} satisfies Partial<Handlers>;
