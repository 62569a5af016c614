/** Stand-alone accounts, put together from a server's parts. */
import type pg from "pg";
import type { Services } from "../../context.ts";
import { deriveSecret, type Secrets } from "../../identity/secrets.ts";
import { endSession, holdDevice } from "../devices/device-session-access.ts";
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
    issueToken({ id: userId, name }, { id: sessionId, deviceId }) {
      const user = { tenantId: accountsTenant, userId };
      const issue = () => tokens.issue({ ...user, name, sessionId }, tokenSeconds);
      return deviceId === undefined ? issue() : holdDevice(services, { ...user, deviceId }, sessionId, issue);
    },
    endSession: (userId, sessionId) => endSession(services, { tenantId: accountsTenant, userId }, sessionId),
    rateLimits: config.rateLimits,
    log,
  });
}
