/** Opens a session for who knows an account's password. */
import type { AccountsContext } from "./accounts.ts";
import { emailSignInInput, parseInput, usernameSignInInput } from "./accounts-input.ts";
import { deleteExpiredSessions, findAccountId, type Identity } from "./accounts-store.ts";
import { presentAccount } from "./present-account.ts";

type Credentials = Identity & { password: string };

/** @throws {AppError} `invalid_request`, `unauthenticated`, `rate_limited` */
export async function signInByUsername(ctx: AccountsContext, raw: unknown): Promise<Response> {
  return signIn(ctx, "/sign-in/username", parseInput(usernameSignInInput, raw));
}

/** @throws {AppError} `invalid_request`, `unauthenticated`, `rate_limited` */
export async function signInByEmail(ctx: AccountsContext, raw: unknown): Promise<Response> {
  return signIn(ctx, "/sign-in/email", parseInput(emailSignInInput, raw));
}

// Attempts count against the account, whichever of its names they use; against the name where there is no account,
// so that the two can't be told apart.
async function signIn(ctx: AccountsContext, path: string, body: Credentials): Promise<Response> {
  const account = (await findAccountId(ctx.pool, body)) ?? `none ${body.username ?? body.email}`;
  const response = await ctx.limitAttempts(account, () => ctx.callAuth({ method: "POST", path, body }));
  await deleteExpiredSessions(ctx.pool);
  return presentAccount(response);
}
