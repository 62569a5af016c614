/** better-auth, set up for passwords alone: names of tables, sessions, cookies and limits. */
import { betterAuth } from "better-auth";
import { bearer } from "better-auth/plugins/bearer";
import { username } from "better-auth/plugins/username";
import type pg from "pg";
import { uuidv7 } from "uuidv7";
import type { Log } from "../../log.ts";
import { passwordLength, usernameLength, usernamePattern } from "./accounts-input.ts";

export type AuthOptions = { pool: pg.Pool; secret: string; origin: string; rateLimits: boolean; log: Log };

export const authPath = "/api/auth";

/** The header in which the library is told the client's address; what clients send under this name is dropped. */
export const addressHeader = "x-pipit-client-address";

const sessionSeconds = 30 * 24 * 60 * 60;

/** @param options.origin the server's own, without a path; https makes the cookies Secure. */
export function createAuth({ pool, secret, origin, rateLimits, log }: AuthOptions) {
  return betterAuth({
    appName: "Pipit",
    baseURL: origin,
    basePath: authPath,
    // As a list, because a single secret would yield to BETTER_AUTH_SECRETS of a host program.
    secrets: [{ version: 1, value: secret }],
    database: pool,
    emailAndPassword: {
      enabled: true,
      minPasswordLength: passwordLength.min,
      maxPasswordLength: passwordLength.max,
    },
    plugins: [
      username({
        minUsernameLength: usernameLength.min,
        maxUsernameLength: usernameLength.max,
        usernameValidator: (name) => usernamePattern.test(name),
        displayUsername: false,
      }),
      bearer(),
    ],
    ...tableNames,
    session: { ...tableNames.session, expiresIn: sessionSeconds },
    rateLimit: {
      enabled: rateLimits,
      storage: "memory",
      customRules: {
        "/sign-in/*": { window: 60, max: 30 },
        "/sign-up/*": { window: 600, max: 20 },
        "/get-session": { window: 10, max: 100 },
      },
    },
    advanced: {
      cookiePrefix: "pipit",
      useSecureCookies: origin.startsWith("https:"),
      // Origins are checked before the library is reached (require-trusted-origin.ts): it would refuse a cookie without
      // an Origin, which is what curl sends.
      disableCSRFCheck: true,
      ipAddress: { ipAddressHeaders: [addressHeader] },
      database: { generateId: () => uuidv7() },
    },
    telemetry: { enabled: false },
    onAPIError: { throw: true },
    logger: { level: "error", log: (_level, message, ...causes) => log.error({ causes: toMessages(causes) }, message) },
  });
}

const tableNames = {
  user: {
    modelName: "auth_users",
    fields: { emailVerified: "email_verified", createdAt: "created_at", updatedAt: "updated_at" },
  },
  session: {
    modelName: "auth_sessions",
    fields: {
      userId: "user_id",
      ipAddress: "ip_address",
      userAgent: "user_agent",
      expiresAt: "expires_at",
      createdAt: "created_at",
      updatedAt: "updated_at",
    },
  },
  account: {
    modelName: "auth_credentials",
    fields: {
      userId: "user_id",
      accountId: "account_id",
      providerId: "provider_id",
      accessToken: "access_token",
      refreshToken: "refresh_token",
      idToken: "id_token",
      accessTokenExpiresAt: "access_token_expires_at",
      refreshTokenExpiresAt: "refresh_token_expires_at",
      createdAt: "created_at",
      updatedAt: "updated_at",
    },
  },
  verification: {
    modelName: "auth_verifications",
    fields: { expiresAt: "expires_at", createdAt: "created_at", updatedAt: "updated_at" },
  },
};

// Messages alone: the details of a database error may quote an e-mail address.
function toMessages(causes: unknown[]): string[] {
  return causes.flatMap((cause) => (cause instanceof Error ? [cause.message] : []));
}
