/** Blocking: whom a user does not want to hear of. */
import type { Handlers } from "../../context.ts";
import { readSettings } from "../presence/presence-access.ts";
import { blockUser, unblockUser } from "./block-user.ts";

export const blockHandlers = {
  "users.block": blockUser,
  "users.unblock": unblockUser,
  "users.blocked": async (ctx) => (await readSettings(ctx.db, ctx.actor)).blocked_user_ids,
} satisfies Partial<Handlers>;
