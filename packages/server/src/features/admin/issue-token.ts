/** Issues a token for a user, who is made if need be. */
import type { Handler } from "../../context.ts";

export const issueToken: Handler<"admin.issueToken"> = async (ctx, input) => {
  const subject = { tenantId: input.tenant_id, userId: input.user_id };
  await ctx.users.ensure(subject);
  return ctx.tokens.issue(subject, input.expires_in);
};
