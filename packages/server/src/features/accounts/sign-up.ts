/** Makes an account and opens its first session. */
import { AppError } from "../../app-error.ts";
import type { AccountsContext } from "./accounts.ts";
import { parseInput, signUpInput } from "./accounts-input.ts";
import { findAccountId, type Identity } from "./accounts-store.ts";
import { alreadyTakenError } from "./auth-failure.ts";
import { presentAccount } from "./present-account.ts";

/** @throws {AppError} `invalid_request`, `conflict`, `rate_limited` */
export async function signUp(ctx: AccountsContext, raw: unknown): Promise<Response> {
  const body = parseInput(signUpInput, raw);
  try {
    return await presentAccount(await ctx.callAuth({ method: "POST", path: "/sign-up/email", body }));
  } catch (error) {
    throw (await isLostRace(ctx, error, body)) ? alreadyTakenError(error) : error;
  }
}

// Of two that sign up at once under one name, one fails at the unique index, which the library calls a fault.
async function isLostRace(ctx: AccountsContext, error: unknown, identity: Identity): Promise<boolean> {
  if (!(error instanceof AppError) || error.code !== "internal") return false;
  return (await findAccountId(ctx.pool, identity)) !== undefined;
}
