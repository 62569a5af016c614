/** Issues a token for a user, who is made if need be. */
import type { Handler } from "../../context.ts";
import { ensureUser } from "../users/users-access.ts";

export const issueToken: Handler<"admin.issueToken"> = async (ctx, input) => {
  const subject = { tenantId: input.tenant_id, userId: input.user_id };
  await ensureUser(ctx, subject);
  return ctx.tokens.issue(subject, input.expires_in);
};
