/** Stand-alone accounts, put together from a server's parts. */
import type pg from "pg";
import type { Services } from "../../context.ts";
import { deriveSecret, type Secrets } from "../../identity/secrets.ts";
import { type Accounts, createAccounts } from "./accounts.ts";

const accountsTenant = "default";
const tokenSeconds = 900;

/** @param otherOrigins web origins besides the server's own whose pages may sign people in */
export function createAccountsFor(
  services: Services,
  pool: pg.Pool,
  secrets: Secrets,
  otherOrigins: readonly string[],
): Accounts {
  const { config, log, tokens } = services;
  return createAccounts({
    pool,
    secret: deriveSecret(secrets.jwt, "accounts"),
    baseUrl: config.publicUrl ?? `http://localhost:${config.port}`,
    trustedOrigins: [...otherOrigins],
    issueToken: ({ id, name }) => tokens.issue({ tenantId: accountsTenant, userId: id, name }, tokenSeconds),
    rateLimits: config.rateLimits,
    log,
  });
}
