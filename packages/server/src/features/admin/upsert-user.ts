/** Makes a user, or sets what is given of one. */
import { AppError } from "../../app-error.ts";
import type { Handler } from "../../context.ts";
import { changeUser } from "../users/users-access.ts";

export const upsertUser: Handler<"admin.upsertUser"> = async (ctx, input) => {
  const key = { tenantId: input.tenant_id, userId: input.user_id };
  await ctx.users.ensure({ ...key, name: input.name, role: input.role });
  const user = await changeUser(ctx, key, input);
  if (!user) throw new AppError("not_found");
  return user;
};
