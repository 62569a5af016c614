/** Changes one's own name or picture. */
import { AppError } from "../../app-error.ts";
import type { Handler } from "../../context.ts";
import { toProfile } from "../presence/presence-access.ts";
import { changeUser } from "./users-access.ts";

export const updateMe: Handler<"users.update"> = async (ctx, input) => {
  const user = await changeUser(ctx, ctx.actor, input);
  if (!user) throw new AppError("not_found");
  return toProfile(ctx, user);
};
